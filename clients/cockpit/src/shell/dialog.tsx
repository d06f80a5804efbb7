import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from '../i18n/index.ts';

interface DialogProps {
  title: string;
  /** One of Mantine's widths: md, lg, xl. */
  size: string;
  onClose: () => void;
  children: ReactNode;
}

/** Open as long as it is rendered; gives the focus back to where it was when it goes. */
export function Dialog({ title, size, onClose, children }: DialogProps): ReactElement {
  const { t } = useTranslation();
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    },
    [opener],
  );
  return (
    <Modal.Root opened onClose={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Mantine's <header> would be a second banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('common.close')} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
