// What this API needs of Swagger UI 5 and does not find there: credentials that are tried before they
// are used as they are, NDJSON as it is, files to send, answers with the bytes and digits that came, and
// errors that are described when they are asked for.
(() => {
  const shownAtMost = 100_000;  // Characters of an answer; more of them stop the browser for long.
  const isLines = type => /ndjson|jsonl/i.test(type ?? '');

  /// JSON with line breaks, each token as it was: parsing would round integers beyond 2^53.
  const indented = text => {
    let out = '';
    let depth = 0;
    const line = () => '\n' + '  '.repeat(depth);
    for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|\[\s*\]|\{\s*\}|[[\]{},:]|[^\s[\]{},:"]+/g)) {
      if (token === '{' || token === '[') {
        depth += 1;
        out += token + line();
      } else if (token === '}' || token === ']') {
        depth -= 1;
        out += line() + token;
      } else if (token === ',') {
        out += token + line();
      } else {
        out += token === ':' ? ': ' : token.replace(/^([[{])\s+/, '$1');
      }
    }
    return out;
  };

  const base64 = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const headersOf = ({schema, value}) =>
      schema.get('type') === 'apiKey' ? {[schema.get('name')]: value}
      : schema.get('scheme') === 'basic' ? {Authorization: `Basic ${base64(`${value.username}:${value.password ?? ''}`)}`}
      : {Authorization: `Bearer ${value}`};

  /// Authorize: only what the server takes, and one scheme at a time, for it takes one only.
  const authorize = (original, {authActions, authSelectors, errActions, specSelectors}) => async payload => {
    const entered = Object.entries(payload).filter(([, auth]) => auth?.value);
    const anyCall = new URL('fetchKeys?limit=1', new URL(specSelectors.url(), document.baseURI));
    for (const [name, auth] of entered) {
      errActions.clear({source: 'auth', authId: name});
      const answer = await fetch(anyCall, forScripts({headers: headersOf(auth)}));
      if (answer.status !== 401 && answer.status !== 429) continue;
      errActions.newAuthErr({authId: name, source: 'auth', level: 'error', message: (await answer.json()).detail});
      return;
    }
    const others = [...authSelectors.authorized().keys()].filter(name => !entered.some(([entry]) => entry === name));
    if (others.length) authActions.logoutWithPersistOption(others);
    original(payload);
  };

  /// A password that the browser remembers must not go along with what was entered here. Over TLS a
  /// client certificate must, so that there the browser is only kept from adding the header.
  const forScripts = request => {
    const headers = request.headers ?? {};
    if (location.protocol !== 'https:') request.credentials = 'omit';
    else if (!headers.Authorization) headers.Authorization = '';
    return request;
  };

  /// Of a stream OpenAPI 3.2 describes each item (`itemSchema`), and the page shows a `schema` alone.
  const withSchemasOfItems = node => {
    if (node === null || typeof node !== 'object') return node;
    if (Array.isArray(node)) return node.map(withSchemasOfItems);
    const shown = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, withSchemasOfItems(value)]));
    if (node.itemSchema) shown.schema = {title: 'One item of the stream', allOf: [node.itemSchema]};
    return shown;
  };

  const plugin = system => {
    const h = (...parts) => system.React.createElement(...parts);

    /// An answer's text, indented if it is JSON and cut if it is long, and all of its bytes to save.
    const ResponseBody = Original => props => {
      const {content, contentType, url, headers = {}, getComponent} = props;
      const [text, setText] = system.React.useState(typeof content === 'string' ? content : '');
      const [href, setHref] = system.React.useState('');
      const isOurs = /json/i.test(contentType) && !/attachment/i.test(headers['content-disposition'] ?? '');
      system.React.useEffect(() => {
        if (!isOurs) return undefined;
        const blob = new Blob([content], {type: contentType});
        if (typeof content === 'string') setText(content);
        else blob.text().then(setText);
        const link = URL.createObjectURL(blob);
        setHref(link);
        return () => URL.revokeObjectURL(link);
      }, [content, contentType]);
      if (!isOurs) return h(Original, props);

      const isLong = text.length > shownAtMost;
      const start = isLong ? text.slice(0, shownAtMost) : text;
      const shown = isLines(contentType) ? start : indented(start);
      const name = new URL(url, document.baseURI).pathname.split('/').pop() || 'answer';
      return h('div', null,
          h('h5', null, 'Response body'),
          isLong && h('p', {className: 'cut'}, `The first ${shownAtMost.toLocaleString('en')} of ${text.length.toLocaleString('en')} characters. Download has all of them.`),
          h('div', {className: 'answer'},
            isLong ? h('div', {className: 'highlight-code'}, h('pre', {className: 'microlight'}, shown))
                   : h(getComponent('HighlightCode', true), {language: 'json', canCopy: true}, shown),
            h('a', {className: 'download-contents', href, download: `${name}.${isLines(contentType) ? 'ndjson' : 'json'}`}, 'Download')));
    };

    /// Next to the editor for NDJSON, a file to send in its place.
    const RequestBody = Original => props => {
      const {contentType, isExecute, requestBodyValue, onChange} = props;
      if (!isExecute || !isLines(contentType)) return h(Original, props);
      const isFile = requestBodyValue instanceof File;
      return h('div', null,
          isFile ? h('p', {className: 'file'}, `${requestBodyValue.name}, ${requestBodyValue.size.toLocaleString('en')} bytes `,
                     h('button', {className: 'btn', type: 'button', onClick: () => onChange(undefined)}, 'Write lines instead'))
                 : h(Original, props),
          h('label', {className: 'file'}, isFile ? 'Another file ' : 'Or send a file ',
            h('input', {type: 'file', onChange: event => event.target.files[0] && onChange(event.target.files[0])})));
    };

    /// Of an error's description its first line, until the rest is asked for: eight of them in each
    /// operation take the browser long, and the reader too.
    const Response = Original => props => {
      const {code, response} = props;
      const [isOpen, setOpen] = system.React.useState(!/^[45]|default/.test(code));
      if (isOpen) return h(Original, props);
      const [line] = (response.get('description') ?? '').split('\n');
      return h('tr', {className: 'response', 'data-code': code},
          h('td', {className: 'response-col_status'}, code),
          h('td', {className: 'response-col_description'},
            h('button', {className: 'more', type: 'button', onClick: () => setOpen(true)}, `${line} …`)));
    };

    return {
      afterLoad({fn}) {
        const sample = fn.getSampleSchema;
        this.fn.getSampleSchema = (schema, type, config, example) =>
            isLines(type) && typeof example === 'string' ? example : sample(schema, type, config, example);
      },
      wrapComponents: {responseBody: ResponseBody, response: Response, RequestBody},
      statePlugins: {
        auth: {wrapActions: {authorizeWithPersistOption: authorize}},
        spec: {wrapActions: {updateJsonSpec: original => specification => original(withSchemasOfItems(specification))}},
      },
    };
  };

  /// A refresh token can be used once. In place of the example, the last one issued is sent.
  let refreshToken = '';
  const placeholder = /dzr_(…|%E2%80%A6)/;
  window.DropzonePlugin = {
    plugin,
    requestInterceptor(request) {
      if (refreshToken && /\/auth\/\w+$/.test(request.url)) request.body = String(request.body).replace(placeholder, refreshToken);
      return forScripts(request);
    },
    responseInterceptor(response) {
      if (/\/auth\/(token|refresh)$/.test(response.url) && response.ok) refreshToken = JSON.parse(response.text).refresh_token;
      if (!/\/openapi[^/]*\.json$/.test(response.url)) {
        delete response.obj;  // The page keeps the text; to keep all values, too, takes long.
        delete response.body;
      }
      return response;
    },
  };
})();
