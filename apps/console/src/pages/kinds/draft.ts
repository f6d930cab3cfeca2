import {useMemo, useRef, useState} from 'preact/hooks';
import {isObject, parseJson, toText} from '../../json/parse';
import {forgetDraft, keepDraft, keptDraft} from '../../session/drafts';
import {useSession} from '../../session/session';
import {type Definition, sameDefinition, textOf} from './definition';

/// A definition that somebody works on.
export interface Draft {
  text: string;
  definition: Definition | undefined;  ///< Undefined while the text is not an object of JSON.
  last: Definition;                    ///< The last that there was.
  changed: boolean;                    ///< It differs from what is deployed.
  base: Definition;                    ///< What was deployed when it began.
  write(text: string): void;
  set(definition: Definition): void;
  revert(): void;
  /// Begins again from what is deployed now.
  accept(deployed: Definition): void;
}

interface Work {
  text: string;
  base: Definition;
}

/// What was worked on before, if it was kept, and can be read.
function readWork(kept: string | undefined): Work | undefined {
  try {
    const value = kept === undefined ? undefined : parseJson(kept);
    return isObject(value) && typeof value['text'] === 'string' && isObject(value['base']) ? {text: value['text'], base: value['base']} : undefined;
  } catch {
    return undefined;
  }
}

function definitionIn(text: string): Definition | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/// The draft of a kind, kept until it is deployed or discarded.
export function useDraft(kind: string, deployed: Definition): Draft {
  const {access: {principal}} = useSession();
  const [work, setWork] = useState(() => readWork(keptDraft(principal, kind)));
  const text = work?.text ?? textOf(deployed);
  const base = work?.base ?? deployed;
  const definition = useMemo(() => definitionIn(text), [text]);
  const last = useRef(deployed);
  if (definition) last.current = definition;
  const changed = !definition || !sameDefinition(definition, deployed);
  const write = (next: string) => {
    const written = definitionIn(next);
    if (written && sameDefinition(written, base)) forgetDraft(principal, kind);
    else keepDraft(principal, kind, toText({text: next, base}));
    setWork({text: next, base});
  };
  const accept = (next: Definition) => {
    forgetDraft(principal, kind);
    setWork({text: textOf(next), base: next});
  };
  return {
    text, definition, last: last.current, changed, base, write,
    set: next => write(textOf(next)),
    revert: () => accept(deployed),
    accept,
  };
}
