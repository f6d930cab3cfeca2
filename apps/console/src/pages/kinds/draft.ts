import {useMemo, useRef, useState} from 'preact/hooks';
import {isObject, parseJson} from '../../json/parse';
import {type Definition, sameDefinition, textOf} from './definition';

/// A definition that somebody works on.
export interface Draft {
  text: string;
  definition: Definition | undefined;  ///< Undefined while the text is not an object of JSON.
  last: Definition;                    ///< The last that there was.
  changed: boolean;                    ///< It differs from what is deployed.
  write(text: string): void;
  set(definition: Definition): void;
  revert(): void;
  /// Begins again from what is deployed now.
  accept(deployed: Definition): void;
}

// What was not deployed yet, by kind. It lasts as long as the page, so that going to another page
// and back loses nothing.
const drafts = new Map<string, string>();

export function useDraft(kind: string, deployed: Definition): Draft {
  const [text, setText] = useState(() => drafts.get(kind) ?? textOf(deployed));
  const definition = useMemo(() => {
    try {
      const value = parseJson(text);
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }, [text]);
  const last = useRef(deployed);
  if (definition) last.current = definition;
  const changed = !definition || !sameDefinition(definition, deployed);
  const write = (next: string) => {
    drafts.set(kind, next);
    setText(next);
  };
  const accept = (next: Definition) => {
    drafts.delete(kind);
    setText(textOf(next));
  };
  return {
    text, definition, last: last.current, changed, write,
    set: next => write(textOf(next)),
    revert: () => accept(deployed),
    accept,
  };
}
