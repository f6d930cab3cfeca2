import {useMemo, useRef, useState} from 'preact/hooks';
import {isObject, parseJson} from '../../json/parse';
import {type Session, useSession} from '../../session/session';
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

// What was not deployed yet, by who is signed in and by kind. It lasts as long as the session, so that going
// to another page and back loses nothing.
const drafts = new WeakMap<Session, Map<string, string>>();

function draftsOf(session: Session): Map<string, string> {
  const own = drafts.get(session) ?? new Map<string, string>();
  drafts.set(session, own);
  return own;
}

export function useDraft(kind: string, deployed: Definition): Draft {
  const own = draftsOf(useSession());
  const [text, setText] = useState(() => own.get(kind) ?? textOf(deployed));
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
    own.set(kind, next);
    setText(next);
  };
  const accept = (next: Definition) => {
    own.delete(kind);
    setText(textOf(next));
  };
  return {
    text, definition, last: last.current, changed, write,
    set: next => write(textOf(next)),
    revert: () => accept(deployed),
    accept,
  };
}
