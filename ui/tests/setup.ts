// What happy-dom lacks: a media query, a canvas that takes every call, sizes, and the dialog's own state.
import { vi } from 'vitest';

vi.stubGlobal('matchMedia', (query: string) => ({ matches: false, media: query, addEventListener: () => {}, removeEventListener: () => {} }));
HTMLDialogElement.prototype.showModal ??= function open(this: HTMLDialogElement) {
	this.setAttribute('open', '');
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
	this.removeAttribute('open');
};
