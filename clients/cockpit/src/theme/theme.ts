import {
  Button,
  Checkbox,
  createTheme,
  Modal,
  NativeSelect,
  Textarea,
  TextInput,
  type VariantColorsResolver,
} from '@mantine/core';

/** Green carries dark text only: white on it has a contrast of 2. */
const filled = {
  background: 'var(--fp-primary)',
  hover: 'var(--fp-primary-hover)',
  color: 'var(--fp-on-primary)',
  border: '1px solid transparent',
};
const danger = {
  background: 'var(--fp-danger-fill)',
  hover: 'var(--fp-danger-hover)',
  color: '#fff',
  border: '1px solid transparent',
};
const quiet = {
  background: 'transparent',
  hover: 'var(--fp-tint)',
  color: 'var(--fp-link)',
  border: '1px solid transparent',
};
const outlined = { ...quiet, background: 'var(--fp-surface)', border: '1px solid var(--fp-edge)' };

const variantColorResolver: VariantColorsResolver = ({ variant }) =>
  ({ filled, danger, subtle: quiet, default: outlined })[variant] ?? outlined;

export const theme = createTheme({
  fontFamily: 'Poppins, sans-serif',
  headings: { fontFamily: 'Antonio, sans-serif', fontWeight: '700' },
  defaultRadius: 'md',
  black: '#1A1A1A',
  variantColorResolver,
  components: {
    Button: Button.extend({ defaultProps: { variant: 'default', size: 'sm' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'sm' } }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: 'sm' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'sm' } }),
    ModalRoot: Modal.Root.extend({
      // Mantine locks scrolling with a <style> element, which the content security policy forbids.
      defaultProps: { lockScroll: false, radius: 12, centered: true, returnFocus: false },
    }),
  },
});
