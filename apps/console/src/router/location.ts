import {useEffect, useState} from 'preact/hooks';

/// What the page shows: `#/records/measurements?filter=…`. It stands behind the `#`, so that it
/// works under every prefix of a proxy, and what somebody looks for is in no server's log.
export interface Location {
  path: readonly string[];
  query: Readonly<Record<string, string>>;
}

export function parseLocation(hash: string): Location {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#\/?/, ''), '?');
  return {
    path: path.split('/').filter(Boolean).map(decode),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function formatLocation({path, query}: {path: readonly string[]; query?: Record<string, string | undefined>}): string {
  const given = Object.entries(query ?? {}).filter((entry): entry is [string, string] => !!entry[1]);
  const text = new URLSearchParams(given).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text && `?${text}`}`;
}

/// Goes to a place; the browser's Back returns, unless `replace` is set.
export function navigate(to: string, {replace = false} = {}): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useLocation(): Location {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    follow();
    addEventListener('hashchange', follow);
    addEventListener('popstate', follow);
    return () => {
      removeEventListener('hashchange', follow);
      removeEventListener('popstate', follow);
    };
  }, []);
  return parseLocation(hash);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
