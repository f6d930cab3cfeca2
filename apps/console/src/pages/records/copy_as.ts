import {apiUrl} from '../../api/base';
import {type Json, toText} from '../../json/parse';
import {indented} from '../../json/tokens';

const languages = ['curl', 'Python', 'JavaScript'] as const;
export type Language = (typeof languages)[number];
export const tabs = languages.map(name => ({name, title: name}));

const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
/// As a literal of both Python and JavaScript: JSON, without what ends a line in one of them.
const quoted = (text: string) => JSON.stringify(text).replace(/[\u2028\u2029\x7f-\x9f]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/// The request that gets what the table shows, as a program would send it.
export function asCode(language: Language, request: {[name: string]: Json}): string {
  const url = apiUrl('filter');
  const body = indented(toText(request));
  switch (language) {
    case 'curl': return `curl --user USER:PASSWORD --json ${shellQuoted(body)} \\\n  ${shellQuoted(url)}\n`;
    case 'Python': return `import json
import requests

query = json.loads(${quoted(toText(request))})
while True:
    answer = requests.post(${quoted(url)}, json=query, auth=("USER", "PASSWORD"))
    answer.raise_for_status()
    page = answer.json()
    for record in page["records"]:
        print(record)
    if page["nextCursor"] is None:
        break
    query["cursor"] = page["nextCursor"]
`;
    case 'JavaScript': return `const query = JSON.parse(${quoted(toText(request))});
do {
  const answer = await fetch(${quoted(url)}, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', Authorization: 'Basic ' + btoa('USER:PASSWORD')},
    body: JSON.stringify(query),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const page = await answer.json();
  for (const record of page.records) console.log(record);
  query.cursor = page.nextCursor;
} while (query.cursor);
`;
  }
}
