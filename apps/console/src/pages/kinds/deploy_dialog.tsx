import {useState} from 'preact/hooks';
import {type Problem, asProblem} from '../../api/problem';
import type {Kind} from '../../api/types';
import {toText} from '../../json/parse';
import {useSession} from '../../session/session';
import {Dialog} from '../../ui/dialog';
import {Failure, Notice} from '../../ui/states';
import {ThreeWay} from '../records/three_way';
import {DefinitionDifference} from './definition_difference';
import {type Definition, definitionOf, sameDefinition, transformsOtherwise} from './definition';
import {type Deployed, readKind} from './deployed';
import type {TestResult} from './trial';

interface DeployDialogProps {
  name: string;
  deployed: Deployed | undefined;  ///< Undefined if the kind is new.
  definition: Definition;
  base: Definition;                ///< What was deployed when somebody began to work on it.
  tests: TestResult[];
  onClose(): void;
  onDeployed(kind: Kind): void;
}

/// Deploys a definition over the one that was seen. If somebody else was faster, it shows both.
export function DeployDialog({name, deployed, definition, base, tests, onClose, onDeployed}: DeployDialogProps) {
  const {client} = useSession();
  const [seen, setSeen] = useState(deployed);
  const [theirs, setTheirs] = useState(deployed && !sameDefinition(definitionOf(deployed.kind), base) ? deployed : undefined);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const failed = tests.filter(({passed}) => !passed).length;

  const deploy = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const headers: Record<string, string> = seen ? {'If-Match': seen.tag} : {'If-None-Match': '*'};
      onDeployed(await client.json<Kind>(`kinds/${name}`, {method: 'PUT', headers, body: toText(definition)}));
      return;
    } catch (thrown) {
      const found = asProblem(thrown);
      if (found.status === 412 && seen) {
        const newer = await readKind(client, name).catch(() => undefined);
        setTheirs(newer);
        setSeen(newer ?? seen);
      }
      setProblem(found);
    }
    setBusy(false);
  };
  const isNext = seen !== undefined && transformsOtherwise(definitionOf(seen.kind), definition);
  return (
    <Dialog title={isNext ? `Deploy ${name}, version ${seen.kind.version + 1}?` : `Deploy ${name}?`} onClose={onClose}>
      <p>{seen && !isNext ? `It transforms records as before, so the version stays ${seen.kind.version}.` : 'From now on records go through this definition.'}
        {isNext && seen.kind.records > 0 && ' What is stored stays as it is until you retransform it.'}</p>
      {failed > 0 && <Notice tone="warn" icon="warning">Of its tests, {failed} failed. The server will not deploy it.</Notice>}
      {seen && !theirs && (
        <div class="deploy-changes"><DefinitionDifference before={definitionOf(seen.kind)} after={definition} same="It is the definition that is deployed." /></div>
      )}
      {problem && <Failure problem={problem} title={theirs ? 'Somebody else deployed this kind meanwhile' : 'It is not deployed'} />}
      {theirs && !problem && <Notice tone="warn" icon="warning">Somebody else deployed this kind after this draft was begun.</Notice>}
      {theirs && (
        <div class="deploy-changes"><ThreeWay base={toText(base)} theirs={toText(definitionOf(theirs.kind))} yours={toText(definition)} /></div>
      )}
      <div class="toolbar">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button primary" disabled={busy} onClick={deploy}>{busy ? 'Deploying…' : theirs ? 'Deploy mine over it' : isNext ? 'Deploy the next version' : 'Deploy'}</button>
      </div>
    </Dialog>
  );
}
