// Writes docs/openapi/dropzone.json and dropzone-3.2.json from dropzone.yaml.
import {writeFileSync} from 'node:fs';
import {json32File, jsonFile, readSpecification, toJson, toOpenApi32} from './specification.mjs';

writeFileSync(jsonFile, toJson(readSpecification()));
writeFileSync(json32File, toJson(toOpenApi32(readSpecification())));
