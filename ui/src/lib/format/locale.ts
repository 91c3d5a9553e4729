// Repairs the language that a bare environment reports ("C"), on which Intl and the chart library would throw.

/** Reports whether a language tag can be used with Intl. */
export function isLocale(tag: string): boolean {
	try {
		return Intl.getCanonicalLocales(tag).length === 1;
	} catch {
		return false;
	}
}

if (!isLocale(navigator.language)) {
	Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en', configurable: true });
	Object.defineProperty(Navigator.prototype, 'languages', { get: () => ['en'], configurable: true });
}

/** The catalogue's language that is nearest to what the system says. */
export function systemLanguage(): 'en' | 'zh-CN' {
	return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
