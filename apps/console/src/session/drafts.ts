// What somebody works on and has not sent yet, by who is signed in. It outlives a reload of the page, but not its tab, and
// signing out forgets it.

const prefix = 'draft ';

/// If the browser keeps nothing for this page, or its room is used up, they last as long as the page.
const unkept = new Map<string, string>();

/// Some browsers refuse it.
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

const keyOf = (who: string, name: string): string => prefix + JSON.stringify([who, name]);

export function keptDraft(who: string, name: string): string | undefined {
  const key = keyOf(who, name);
  return unkept.get(key) ?? storage()?.getItem(key) ?? undefined;
}

export function keepDraft(who: string, name: string, text: string): void {
  const key = keyOf(who, name);
  forgetDraft(who, name);
  try {
    const kept = storage();
    if (kept) kept.setItem(key, text);
    else unkept.set(key, text);
  } catch {
    unkept.set(key, text);
  }
}

export function forgetDraft(who: string, name: string): void {
  unkept.delete(keyOf(who, name));
  storage()?.removeItem(keyOf(who, name));
}

export function forgetDrafts(who: string): void {
  const own = keyOf(who, '').slice(0, -'""]'.length);
  const kept = storage();
  for (const key of [...unkept.keys(), ...Object.keys(kept ?? {})]) {
    if (!key.startsWith(own)) continue;
    unkept.delete(key);
    kept?.removeItem(key);
  }
}
