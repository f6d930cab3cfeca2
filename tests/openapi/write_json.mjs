// Writes docs/openapi/dropzone.json from dropzone.yaml.
import {writeFileSync} from 'node:fs';
import {jsonFile, readSpecification, toJson} from './specification.mjs';

writeFileSync(jsonFile, toJson(readSpecification()));
