import type {Fault} from '../api/types';
import {Notice} from './states';

/// Why a pipeline refuses a record.
export function Refusal({fault, title = 'It would be refused'}: {fault: Fault; title?: string}) {
  return (
    <Notice tone="bad" icon="warning">
      <strong>{title}</strong>
      <span class="foreign">{fault.detail}</span>
      <small><code>{fault.code}</code>{fault.step && <> in the step <code class="foreign">{fault.step}</code></>}
        {fault.pointer && <> at <code class="foreign">{fault.pointer.slice(0, 200)}</code></>}</small>
    </Notice>
  );
}
