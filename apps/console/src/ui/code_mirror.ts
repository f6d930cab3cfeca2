import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion, type CompletionContext} from '@codemirror/autocomplete';
import {defaultKeymap, history, historyKeymap} from '@codemirror/commands';
import {json} from '@codemirror/lang-json';
import {HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, syntaxHighlighting, syntaxTree} from '@codemirror/language';
import {lua} from '@codemirror/legacy-modes/mode/lua';
import {type Diagnostic, lintGutter, lintKeymap, setDiagnostics} from '@codemirror/lint';
import {EditorState} from '@codemirror/state';
import {EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers} from '@codemirror/view';
import {tags} from '@lezer/highlight';
import type {CodeFault} from './code_editor';
import {type Place, placeAt} from './json_place';

/// What may stand at a place of a text of JSON.
export type Suggest = (place: Place) => {name: string; says?: string}[];

export interface CodeMirror {
  setText(text: string): void;
  setFaults(faults: readonly CodeFault[]): void;
  close(): void;
}

const colours = HighlightStyle.define([
  {tag: [tags.propertyName, tags.definition(tags.variableName), tags.function(tags.variableName)], color: 'var(--code-name)'},
  {tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)'},
  {tag: tags.number, color: 'var(--code-number)'},
  {tag: [tags.keyword, tags.bool, tags.null, tags.atom, tags.standard(tags.variableName)], color: 'var(--code-word)'},
  {tag: tags.comment, color: 'var(--soft)'},
]);

const looks = EditorView.theme({
  '&': {color: 'var(--ink)', backgroundColor: 'var(--raised)', border: '1px solid var(--strong-line)', borderRadius: 'var(--radius)', fontSize: 'var(--t-code)'},
  '&.cm-focused': {outline: '1px solid var(--accent)', borderColor: 'var(--accent)'},
  '.cm-scroller': {fontFamily: 'var(--mono)', lineHeight: '1.55', maxHeight: 'inherit'},
  '.cm-content': {caretColor: 'var(--ink)', padding: 'var(--s2) 0'},
  '.cm-cursor': {borderLeftColor: 'var(--ink)'},
  '.cm-gutters': {backgroundColor: 'var(--shade)', color: 'var(--soft)', borderRight: '1px solid var(--line)'},
  '.cm-activeLine, .cm-activeLineGutter': {backgroundColor: 'transparent'},
  '&.cm-focused .cm-activeLine': {backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)'},
  '&.cm-focused .cm-activeLineGutter': {color: 'var(--ink)'},
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent)'},
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {backgroundColor: 'var(--accent-tint)', outline: '1px solid var(--accent)'},
  '.cm-tooltip': {backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: 'var(--radius)', boxShadow: 'var(--shadow)', overflow: 'hidden'},
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {fontFamily: 'var(--mono)', fontSize: 'var(--t-code)', maxHeight: '16rem'},
  '.cm-tooltip-autocomplete > ul > li': {padding: '.2rem .6rem !important'},
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {backgroundColor: 'var(--accent) !important', color: 'var(--accent-ink) !important'},
  '.cm-completionDetail': {marginLeft: '1rem', fontStyle: 'normal', fontFamily: 'system-ui, sans-serif', opacity: '.85'},
  '.cm-diagnostic': {padding: '.4rem .7rem', fontFamily: 'system-ui, sans-serif', fontSize: 'var(--t-base)'},
  '.cm-diagnostic-error': {borderLeft: '4px solid var(--bad)'},
  '.cm-lintRange-error': {backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)', textUnderlineOffset: '3px'},
});

function completeWith(suggest: Suggest) {
  return (context: CompletionContext) => {
    const place = placeAt(syntaxTree(context.state), context.state.doc, context.pos);
    if (!place) return null;
    const options: Completion[] = suggest(place).map(({name, says}, index) => ({
      label: name, apply: JSON.stringify(name), boost: -index, type: place.part === 'name' ? 'property' : 'constant', ...(says ? {detail: says} : {})}));
    if (options.length === 0 || (!context.explicit && place.from === context.pos)) return null;
    return {
      from: place.from, to: place.to, filter: false,
      options: options.filter(({label}) => label.startsWith(place.typed)),
    };
  };
}

/// Opens an editor in a shadow root.
export function openCodeMirror(root: ShadowRoot, {label, language, text, suggest, onChange}: {
    label: string; language: 'json' | 'lua'; text: string; suggest: Suggest | undefined; onChange(text: string): void}): CodeMirror {
  let silent = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
        closeBrackets(), highlightActiveLine(), lintGutter(), EditorView.lineWrapping,
        language === 'json' ? json() : StreamLanguage.define(lua),
        suggest ? autocompletion({override: [completeWith(suggest)], icons: false, maxRenderedOptions: 50}) : [],
        syntaxHighlighting(colours), looks,
        EditorView.contentAttributes.of({'aria-label': label, spellcheck: 'false', autocapitalize: 'none'}),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.updateListener.of(update => { if (update.docChanged && !silent) onChange(update.state.doc.toString()); }),
      ],
    }),
  });
  return {
    setText(next) {
      const {doc} = view.state;
      if (doc.toString() === next) return;
      silent = true;
      view.dispatch({changes: {from: 0, to: doc.length, insert: next}});
      silent = false;
    },
    setFaults(faults) {
      const {length} = view.state.doc;
      const diagnostics: Diagnostic[] = faults.map(({start, end, says}) => ({
        from: Math.min(start, length), to: Math.min(Math.max(end, start), length), severity: 'error', message: says}));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    close: () => view.destroy(),
  };
}
