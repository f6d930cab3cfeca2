import {useMemo} from 'preact/hooks';
import type {Problem} from '../../api/problem';
import {locate} from '../../json/scan';
import {CodeEditor, type CodeFault} from '../../ui/code_editor';
import {suggest} from './suggest';

/// Where the server found a fault, in the definition itself.
export const pointerIn = (problem: Problem | undefined): string | undefined => problem?.pointer?.replace(/^\/definition(?=\/|$)/, '');

/// Where a text stops being JSON.
function syntaxFault(text: string): CodeFault | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (thrown) {
    const {message} = thrown as Error;
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.trimEnd().length);
    return {start: Math.max(0, Math.min(at, text.length - 1)), end: Math.min(at + 1, text.length), says: `This is not JSON: ${message}`};
  }
}

/// The definition as text, with what is wrong at its place.
export function DefinitionText({name, text, problem, onChange}: {name: string; text: string; problem: Problem | undefined; onChange(text: string): void}) {
  const faults = useMemo(() => {
    const syntax = syntaxFault(text);
    if (syntax) return [syntax];
    const pointer = pointerIn(problem);
    return pointer === undefined ? [] : [{...locate(text, pointer), says: problem!.detail}];
  }, [text, problem]);
  return (
    <>
      <CodeEditor label={`Definition of ${name}`} language="json" text={text} faults={faults} suggest={suggest} onChange={onChange} />
      <p class="fault small foreign" role="status">{faults[0]?.says}</p>
    </>
  );
}
