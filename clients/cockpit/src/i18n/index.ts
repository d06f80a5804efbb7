import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Locale } from '../format/time.ts';
import { de, type Texts } from './de.ts';

const storageKey = 'freshplan.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Texts };
  }
}

/** German at once; English is loaded when somebody asks for it. */
export async function startTranslation(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'de',
    fallbackLng: 'de',
    resources: { de: { translation: de } },
    interpolation: { escapeValue: false },
  });
  if (localStorage.getItem(storageKey) === 'en') await setLanguage('en');
}

export async function setLanguage(locale: Locale): Promise<void> {
  if (locale === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en.ts');
    i18next.addResourceBundle('en', 'translation', en);
  }
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
  localStorage.setItem(storageKey, locale);
}

export const useLocale = (): Locale => (useTranslation().i18n.language === 'en' ? 'en' : 'de');

export { useTranslation };
