import type {SyntaxNode, Tree} from '@lezer/common';

/// A place in a text of JSON where something may be completed.
export interface Place {
  path: string[];         ///< Of the object or array around it: names, and indexes of arrays.
  part: 'name' | 'value';
  name: string;           ///< Of the member whose value it is; empty elsewhere.
  taken: string[];        ///< The names that the object has.
  typed: string;          ///< What is there of it, without quotes.
  from: number;
  to: number;
}

interface Text {
  sliceString(from: number, to?: number): string;
  length: number;
}

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');

function nameOf(property: SyntaxNode, text: Text): string {
  const name = property.getChild('PropertyName');
  return name ? unquoted(text.sliceString(name.from, name.to)) : '';
}

/// The names and indexes that lead to an object or an array.
function pathTo(node: SyntaxNode, text: Text): string[] {
  const path: string[] = [];
  for (let at: SyntaxNode = node; at.parent; at = at.parent) {
    if (at.parent.name === 'Property') path.unshift(nameOf(at.parent, text));
    if (at.parent.name === 'Array') {
      let index = 0;
      for (let before = at.prevSibling; before; before = before.prevSibling) {
        if (/^(Object|Array|String|Number|True|False|Null)$/.test(before.name)) index += 1;
      }
      path.unshift(String(index));
    }
  }
  return path;
}

/// What is being written at a position, also of a text that is not complete; nothing outside of
/// objects.
export function placeAt(tree: Tree, text: Text, position: number): Place | undefined {
  let node: SyntaxNode = tree.resolveInner(position, -1);
  const word = /^(PropertyName|String|True|False|Null)$/.test(node.name) || (node.type.isError && node.from < position) ? node : undefined;
  const {from, to} = word ?? {from: position, to: position};
  const typed = word ? unquoted(text.sliceString(from, position)) : '';
  if (word?.parent) node = word.parent;
  const object = enclosing(node);
  if (!object) return undefined;
  const before = text.sliceString(object.from, from).trimEnd().at(-1);
  const property = node.name === 'Property' ? node : undefined;
  const part = before === ':' ? 'value' : before === '{' || before === ',' ? 'name' : undefined;
  if (!part) return undefined;
  return {
    path: pathTo(object, text), part, typed, from, to,
    name: part === 'value' && property ? nameOf(property, text) : '',
    taken: object.getChildren('Property').filter(one => one.from !== from).map(one => nameOf(one, text)),
  };
}

/// The object around a node, unless an array is nearer.
function enclosing(node: SyntaxNode): SyntaxNode | undefined {
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === 'Object') return at;
    if (at.name === 'Array') return undefined;
  }
  return undefined;
}
