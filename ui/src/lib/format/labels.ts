// Labels as text.

/** Labels as they are read in a list: `zone=a replica=1`. */
export function labelText(labels: readonly (readonly [string, string])[]): string {
	return labels.map(([name, value]) => `${name}=${value}`).join(' ');
}
