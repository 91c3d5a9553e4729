// What happy-dom lacks: a media query, a canvas that takes every call, sizes, and the dialog's own state.
import { configure } from '@testing-library/svelte';
import { vi } from 'vitest';

// What is waited for comes late on a machine that is busy with something else.
configure({ asyncUtilTimeout: 8000 });

vi.stubGlobal('matchMedia', (query: string) => ({ matches: false, media: query, addEventListener: () => {}, removeEventListener: () => {} }));
HTMLDialogElement.prototype.showModal ??= function open(this: HTMLDialogElement) {
	this.setAttribute('open', '');
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
	this.removeAttribute('open');
};
