// A file with an inventory: understood before anything of it is stored.
import type { AppError, Commands, InventoryFilePreview, InventoryImported } from '$lib/ipc/bindings';

/** How far the import is. */
export type InventoryFileView =
	| { kind: 'none' }
	| { kind: 'reading'; path: string }
	| { kind: 'shown'; preview: InventoryFilePreview }
	| { kind: 'storing'; preview: InventoryFilePreview }
	| { kind: 'stored'; preview: InventoryFilePreview; imported: InventoryImported }
	| { kind: 'failed'; path: string; error: AppError };

/** The file that is imported. Owned by its page. */
export class InventoryFile {
	view: InventoryFileView = $state.raw({ kind: 'none' });
	/** The name of the source; empty takes the file's. */
	name = $state('');
	readonly preview: InventoryFilePreview | null = $derived('preview' in this.view ? this.view.preview : null);
	readonly #commands: Pick<Commands, 'previewInventory' | 'importInventory'>;
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'previewInventory' | 'importInventory'>) {
		this.#commands = commands;
	}

	/** Reads the beginning of a file; nothing is stored. */
	async look(path: string): Promise<void> {
		const request = ++this.#lastRequest;
		this.view = { kind: 'reading', path };
		const answer = await this.#commands.previewInventory(path);
		// Another file was named while this answer was under way.
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'shown', preview: answer.data } : { kind: 'failed', path, error: answer.error };
	}

	/** Stores what was shown. */
	async store(): Promise<void> {
		if (this.view.kind !== 'shown') return;
		const { preview } = this.view;
		const request = ++this.#lastRequest;
		this.view = { kind: 'storing', preview };
		const answer = await this.#commands.importInventory(preview.path, this.name.trim() || null);
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'stored', preview, imported: answer.data } : { kind: 'failed', path: preview.path, error: answer.error };
	}
}
