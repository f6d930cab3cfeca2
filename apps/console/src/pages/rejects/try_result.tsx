import {indented} from '../../json/tokens';
import {JsonText} from '../../ui/json_text';
import {Refusal} from '../../ui/refusal';
import {Failure, Loading, Notice} from '../../ui/states';
import type {Trial} from './use_trial';

/// What the present pipeline makes of a text; it changes while somebody types.
export function TryResult({trial}: {trial: Trial}) {
  return (
    <div class="try-result" aria-live="polite">
      {trial.state === 'trying' && <Loading what="the result" lines={4} />}
      {trial.state === 'failed' && <Failure problem={trial.problem} title="It could not be tried" />}
      {trial.state === 'refused' && <Refusal fault={trial.fault} />}
      {trial.state === 'passes' && (
        <>
          <Notice tone="good" icon="done"><strong>It passes</strong></Notice>
          <JsonText label="Result" text={indented(trial.result)} />
        </>
      )}
    </div>
  );
}
