// The roles in whose name an alert is acknowledged.

/** The stable words, the usual one first; the catalogue names them as `alertlist-role-<word>`. */
export const roles = ['on_call', 'duty_manager', 'database', 'developer', 'network', 'security', 'support'] as const;

/** A role. */
export type Role = (typeof roles)[number];
