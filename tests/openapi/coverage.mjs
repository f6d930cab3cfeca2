// What of the specification was exercised.
import {mediaTypesOf} from './specification.mjs';

export class Coverage {
  constructor(specification) {
    this.specification = specification;
    this.seen = new Set();
    this.wanted = new Set();
    for (const [path, item] of Object.entries(specification.paths)) this.#wantOperations(path, item);
    for (const code of specification.components.schemas.ErrorCode.enum) this.wanted.add(`code ${code}`);
  }

  see(...names) { for (const name of names) this.seen.add(name); }

  /// What was never exercised.
  get missing() { return [...this.wanted].filter(name => !this.seen.has(name)); }

  /// The specification with each named schema, and each member of one, telling when it is applied.
  marked() {
    const copy = structuredClone(this.specification);
    const mark = (schema, name) => {
      if (schema === null || typeof schema !== 'object') return;
      if (Array.isArray(schema)) return schema.forEach(s => mark(s, name));
      for (const key of ['allOf', 'anyOf', 'oneOf', 'items', 'then']) mark(schema[key], name);
      for (const [key, member] of Object.entries(schema.properties ?? {})) {
        if (member === false) continue;
        mark(member, `${name}.${key}`);
        schema.properties[key] = {allOf: [member, this.#marker(`${name}.${key}`)]};
      }
    };
    for (const [name, schema] of Object.entries(copy.components.schemas)) {
      mark(schema, name);
      copy.components.schemas[name] = {allOf: [schema, this.#marker(name)]};
    }
    return copy;
  }

  #marker(name) {
    this.wanted.add(`schema ${name}`);
    return {'x-cover': `schema ${name}`};
  }

  #wantOperations(path, item) {
    const find = object => object.$ref
        ? object.$ref.slice(2).split('/').reduce((at, key) => at[key], this.specification) : object;
    for (const [method, operation] of Object.entries(item)) {
      const id = operation.operationId;
      if (!id) continue;
      this.wanted.add(`operation ${id}`);
      for (const parameter of [...(item.parameters ?? []), ...(operation.parameters ?? [])]) {
        this.#wantParameter(id, find(parameter));
      }
      for (const type of mediaTypesOf(operation.requestBody)) {
        this.wanted.add(`request ${id} ${type}`);
      }
      for (const [status, response] of Object.entries(operation.responses)) {
        if (status === 'default') continue;
        this.wanted.add(`status ${id} ${status}`);
        for (const name of Object.keys(find(response).headers ?? {})) {
          this.wanted.add(`header ${id} ${status} ${name}`);
        }
        if (method === 'head') continue;
        for (const type of Object.keys(find(response).content ?? {})) {
          this.wanted.add(`answer ${id} ${status} ${type}`);
        }
      }
    }
  }

  /// A parameter, with each of the values that it may have, in a request that is accepted.
  #wantParameter(id, {name, schema}) {
    this.wanted.add(`parameter ${id} ${name}`);
    const values = schema?.type === 'boolean' ? [true, false] : schema?.enum ?? [];
    for (const value of values) this.wanted.add(`parameter ${id} ${name}=${value}`);
  }
}
