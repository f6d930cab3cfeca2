// Calls a live server by the operations of the specification, and holds every answer to it.
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {Coverage} from './coverage.mjs';
import {mediaTypesOf} from './specification.mjs';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const escape = key => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
// Of several records some may be accepted and others refused.
const refusesSome = answer => answer.text.includes('"error":');
const isJson = type => type.endsWith('json') && !type.includes('ndjson');
const mediaType = header => (header ?? '').split(';')[0].trim().toLowerCase();

export class Api {
  constructor(specification, server) {
    this.specification = specification;
    this.server = server;
    this.coverage = new Coverage(specification);
    this.ajv = new Ajv({strict: false, allErrors: true});
    addFormats(this.ajv);
    this.ajv.addKeyword({keyword: 'x-cover', validate: name => (this.coverage.see(name), true)});
    this.ajv.addSchema({$id: 'dropzone', ...this.coverage.marked()});
    this.operations = new Map(listOperations(specification).map(o => [o.operationId, o]));
    this.generalStatuses = new Set(specification.components.responses.Problem.description.match(/\b\d{3}\b/g));
    this.statusOf = new Map(
        [...specification.info.description.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(
            ([, code, status]) => [code, Number(status)]));
  }

  operation(id) {
    const operation = this.operations.get(id);
    assert.ok(operation, `no operation ${id}`);
    return operation;
  }

  /// Follows a $ref inside the specification; returns [object, pointer].
  resolve(object, pointer) {
    while (object?.$ref) {
      pointer = object.$ref;
      object = pointer.slice(2).split('/').reduce(
          (at, key) => at[decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')],
          this.specification);
    }
    return [object, pointer];
  }

  /// The faults that the schema at this pointer finds in a value; [] if it is valid.
  faults(pointer, value) {
    const validate = this.ajv.getSchema('dropzone' + pointer);
    assert.ok(validate, `no schema at ${pointer}`);
    return validate(value) ? [] : validate.errors.map(e => `${e.instancePath} ${e.message}`);
  }

  /// Calls an operation. `parameters` holds values by name, `_id` and the like in their own types;
  /// `raw` is a query string to append as it is. A `body` that is not a string is sent as JSON.
  async call(id, {parameters = {}, raw = '', headers = {}, body, type, credentials} = {}) {
    const operation = this.operation(id);
    let path = operation.path;
    const query = [];
    const sent = {...headers};
    for (const [name, value] of Object.entries(parameters)) {
      const parameter = operation.parameters.find(p => p.name === name);
      assert.ok(parameter, `${id} has no parameter ${name}`);
      const text = Array.isArray(value) ? value.map(encodeURIComponent).join(',')
                                        : encodeURIComponent(value);
      if (parameter.in === 'path') path = path.replace(`{${name}}`, text);
      else if (parameter.in === 'query') query.push(`${name}=${text}`);
      else sent[name] = String(value);
    }
    if (raw) query.push(raw);
    if (body !== undefined) {
      type ??= Object.keys(operation.requestBody?.content ?? {})[0];
      if (type && !('Content-Type' in sent)) sent['Content-Type'] = type;
      if (typeof body !== 'string' && !Buffer.isBuffer(body)) {
        body = type?.includes('form') ? String(new URLSearchParams(body)) : JSON.stringify(body);
      }
    }
    const target = path + (query.length ? '?' + query.join('&') : '');
    const answer = await this.server.request(operation.method.toUpperCase(), target,
                                             {headers: sent, body, credentials});
    try {
      this.checkAnswer(operation, answer, target.split('?')[0]);
      if (answer.status < 400) this.checkAccepted(operation, {parameters, raw, body, sent}, answer);
    } catch (error) {
      error.message = `${operation.method.toUpperCase()} ${target}\n${String(body ?? '').slice(0, 500)}\n` +
          `→ ${answer.status} ${answer.text.slice(0, 2000)}\n${error.message}`;
      throw error;
    }
    this.coverage.see(`operation ${id}`, `status ${id} ${answer.status}`);
    if (answer.status < 400) this.seeRequest(id, parameters, body !== undefined && type);
    if (answer.bytes.length) {
      this.coverage.see(`answer ${id} ${answer.status} ${mediaType(answer.headers['content-type'])}`);
    }
    return answer;
  }

  /// What the server took counts as exercised.
  seeRequest(id, parameters, type) {
    for (const [name, value] of Object.entries(parameters)) {
      this.coverage.see(`parameter ${id} ${name}`, `parameter ${id} ${name}=${value}`);
    }
    if (type) this.coverage.see(`request ${id} ${type}`);
  }

  /// An answer must be one that the specification describes.
  checkAnswer(operation, answer, path) {
    const documented = String(answer.status) in operation.responses;
    assert.ok(documented || this.generalStatuses.has(String(answer.status)),
              `status ${answer.status} is not documented`);
    const key = documented ? String(answer.status) : 'default';
    const [response, at] = this.resolve(operation.responses[key], `${operation.pointer}/responses/${key}`);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      const [definition, where] = this.resolve(header, `${at}/headers/${escape(name)}`);
      const value = answer.headers[name.toLowerCase()];
      if (value === undefined) {
        assert.ok(!definition.required, `the header ${name} is missing`);
        continue;
      }
      assert.deepEqual(this.faults(`${where}/schema`, value), [], `header ${name}`);
      this.coverage.see(`header ${operation.operationId} ${key} ${name}`);
    }
    if (!response.content || operation.method === 'head') {
      return assert.equal(answer.bytes.length, 0, 'the answer should have no body');
    }
    const type = mediaType(answer.headers['content-type']);
    assert.ok(type in response.content, `content type "${type}" is not documented`);
    const value = isJson(type) ? answer.json : answer.text;
    assert.deepEqual(this.faults(`${at}/content/${escape(type)}/schema`, value), []);
    const item = response.content[type]['x-itemSchema'];
    for (const line of item ? answer.text.split('\n').filter(Boolean) : []) {
      assert.deepEqual(this.faults(`${at}/content/${escape(type)}/x-itemSchema`, JSON.parse(line)), [], line.slice(0, 200));
    }
    if (type === 'application/problem+json') this.checkProblem(value, answer, path);
  }

  checkProblem(problem, answer, path) {
    assert.equal(problem.status, answer.status);
    assert.equal(this.statusOf.get(problem.code), answer.status, `status of ${problem.code}`);
    assert.equal(problem.requestId, answer.headers['x-request-id']);
    if (answer.status !== 414) assert.equal(problem.instance, path);
    this.coverage.see(`code ${problem.code}`);
  }

  /// What the server accepts, the specification must allow.
  checkAccepted(operation, {parameters, raw, body, sent}, answer) {
    for (const parameter of operation.parameters) {
      const value = parameters[parameter.name];
      if (value !== undefined) {
        assert.deepEqual(this.faults(`${parameter.pointer}/schema`, value), [],
                         `accepted the parameter ${parameter.name}`);
      } else {
        assert.ok(!parameter.required || raw.includes(parameter.name),
                  `accepted without the parameter ${parameter.name}`);
      }
    }
    if (body === undefined || sent['Content-Encoding'] === 'gzip') return;
    const type = mediaType(sent['Content-Type']);
    assert.ok(mediaTypesOf(operation.requestBody).includes(type), `accepted content type "${type}"`);
    if (!isJson(type) || refusesSome(answer)) return;
    const text = String(body).replace(/^\uFEFF/, '');
    const [described] = Object.entries(operation.requestBody.content)
                            .find(([name, content]) => name === type || content['x-also']?.includes(type));
    const faults = this.faults(
        `${operation.pointer}/requestBody/content/${escape(described)}/schema`, JSON.parse(text));
    assert.deepEqual(faults, [], 'accepted a body that the specification does not allow');
  }
}

function listOperations(specification) {
  const operations = [];
  const find = ref => ref.slice(2).split('/').reduce((at, key) => at[key], specification);
  for (const [path, item] of Object.entries(specification.paths)) {
    for (const method of Object.keys(item).filter(key => methods.includes(key))) {
      const at = `#/paths/${escape(path)}`;
      const located = [
        ...(item.parameters ?? []).map((p, i) => [p, `${at}/parameters/${i}`]),
        ...(item[method].parameters ?? []).map((p, i) => [p, `${at}/${method}/parameters/${i}`]),
      ];
      operations.push({
        ...item[method], method, path, pointer: `${at}/${method}`,
        secured: (item[method].security ?? specification.security).length > 0,
        parameters: located.map(([p, pointer]) => p.$ref ? {...find(p.$ref), pointer: p.$ref}
                                                         : {...p, pointer}),
      });
    }
  }
  return operations;
}
