/// The address of the API: next to the console's page, whatever path a proxy has before both.
export const apiBase = new URL('.', document.baseURI);

/// The address of a call, such as "kinds" or "records/a%2Fb?kind=x".
export const apiUrl = (path: string): string => new URL(path, apiBase).href;

/// Sends a request that carries no credentials but its own headers. Over TLS the browser may show a
/// client certificate; elsewhere it is asked to keep out of it, so that it never opens a dialogue.
export const ask = (path: string, init: RequestInit): Promise<Response> => fetch(apiUrl(path), {
  ...init,
  credentials: location.protocol === 'https:' ? 'same-origin' : 'omit',
  cache: 'no-store',
});
