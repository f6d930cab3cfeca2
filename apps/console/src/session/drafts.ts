// What somebody works on and has not sent yet, by who is signed in. It outlives a reload of the page, but not its tab, and
// signing out forgets it.

const prefix = 'draft ';

/// If the browser keeps nothing for this page, or its room is used up, they last as long as the page.
const unkept = new Map<string, string>();

const keyOf = (who: string, name: string): string => prefix + JSON.stringify([who, name]);

export function keptDraft(who: string, name: string): string | undefined {
  const key = keyOf(who, name);
  return unkept.get(key) ?? sessionStorage.getItem(key) ?? undefined;
}

export function keepDraft(who: string, name: string, text: string): void {
  const key = keyOf(who, name);
  unkept.delete(key);
  try {
    sessionStorage.setItem(key, text);
  } catch {
    sessionStorage.removeItem(key);
    unkept.set(key, text);
  }
}

export function forgetDraft(who: string, name: string): void {
  unkept.delete(keyOf(who, name));
  sessionStorage.removeItem(keyOf(who, name));
}

export function forgetDrafts(who: string): void {
  const own = keyOf(who, '').slice(0, -'""]'.length);
  for (const key of [...unkept.keys(), ...Object.keys(sessionStorage)]) {
    if (!key.startsWith(own)) continue;
    unkept.delete(key);
    sessionStorage.removeItem(key);
  }
}
