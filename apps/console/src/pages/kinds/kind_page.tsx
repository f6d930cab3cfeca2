import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';
import type {Kind} from '../../api/types';
import {formatLocation, navigate} from '../../router/location';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {count} from '../../ui/numbers';
import {saveFile} from '../../ui/save_file';
import {Failure, Loading, Notice} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {DeployDialog} from './deploy_dialog';
import {type Definition, definitionOf, textOf, transformsOtherwise} from './definition';
import {pointerIn} from './definition_text';
import {type Deployed, readKind} from './deployed';
import {useDraft} from './draft';
import {Lab} from './lab';
import type {Place} from './place';
import {Retransform} from './retransform';
import type {Tried} from './use_trial';
import {Versions} from './versions';

/// A kind that is deployed, or one that is to be.
export function KindPage({place}: {place: Place}) {
  const {client} = useSession();
  const {isNew} = place;
  const {value, problem, reload} = useLoaded(async signal => (isNew ? undefined : readKind(client, place.name, signal)), [client, place.name, isNew]);
  if (value ?? isNew) return <Workbench place={place} deployed={value} reload={reload} />;
  return (
    <div class="page">
      <div class="page-head"><div><h1 class="foreign">{place.name}</h1></div></div>
      {problem ? <Failure problem={problem} retry={reload} title="The kind could not be read" /> : <Loading what="the kind" lines={8} />}
    </div>
  );
}

function Workbench({place, deployed, reload}: {place: Place; deployed: Deployed | undefined; reload(): void}) {
  const {access} = useSession();
  const {name} = place;
  const own = deployed ? definitionOf(deployed.kind) : {pipeline: []};
  const draft = useDraft(name, own);
  const [tried, setTried] = useState<Tried>({busy: true});
  const [deploying, setDeploying] = useState<Definition>();
  const [said, setSaid] = useState('');
  const byFile = deployed?.kind.managedBy === 'file';
  const mayDeploy = access.can('admin', name) && !byFile;
  const done = (kind: Kind) => {
    setDeploying(undefined);
    access.learn([kind]);
    draft.accept(definitionOf(kind));
    setSaid(`Version ${kind.version} is deployed.`);
    if (deployed) reload();
    else navigate(formatLocation({path: ['kinds', name]}), {replace: true});
  };
  return (
    <div class="page kind-page">
      <Head place={place} deployed={deployed}>
        {draft.changed && deployed && <button type="button" class="button" onClick={draft.revert}>Discard the draft</button>}
        {byFile && <button type="button" class="button" onClick={() => saveFile(`${name}.json`, fileOf(deployed!.kind, draft.definition ?? own))}><Icon name="download" />Save as a file</button>}
        {mayDeploy && <button type="button" class="button primary" disabled={!draft.changed || !draft.definition || Boolean(pointerIn(tried.problem))}
          onClick={() => setDeploying(draft.definition)}>{deployed && transformsOtherwise(own, draft.last) ? `Deploy version ${deployed.kind.version + 1}` : 'Deploy'}</button>}
      </Head>
      {said && <Notice tone="good" icon="done" role="status">{said}{deployed && deployed.kind.records > 0 && ' Records of earlier versions stay as they are until you retransform them.'}</Notice>}
      {byFile && <Notice>A file on the server defines this kind. Try changes here; to deploy one, save it as a file and put it in the server's folder of kinds.</Notice>}
      <Lab place={place} deployed={deployed} draft={draft} onTried={setTried} />
      {deployed && (
        <div class="lab-checks">
          <Versions name={name} current={deployed.kind.version} draft={draft.definition} mayDeploy={mayDeploy} onRestore={setDeploying} />
          <Retransform name={name} version={deployed.kind.version} offered={access.can('admin', name)} />
        </div>
      )}
      {deploying && <DeployDialog name={name} deployed={deployed} definition={deploying} base={deploying === draft.definition ? draft.base : own} tests={deploying === draft.definition ? tried.trial?.tests ?? [] : []}
        onClose={() => setDeploying(undefined)} onDeployed={done} />}
    </div>
  );
}

function Head({place: {name}, deployed, children}: {place: Place; deployed: Deployed | undefined; children: ComponentChildren}) {
  const {kind} = deployed ?? {};
  return (
    <div class="page-head">
      <div>
        <nav class="crumbs small" aria-label="Where you are"><a href={formatLocation({path: ['kinds']})}>Kinds</a></nav>
        <h1 class="foreign">{name}</h1>
        <p class="soft foreign">{kind ? kind.description ?? 'No description' : 'A new kind, which is not deployed yet.'}</p>
      </div>
      <span class="toolbar">
        {kind && <span class="badge accent">version {kind.version}</span>}
        {kind && <a class="badge" href={formatLocation({path: ['records', name]})}>{count(kind.records, 'record')}</a>}
        {kind && kind.rejects > 0 && <a class="badge warn" href={formatLocation({path: ['kinds', name], query: {samples: 'rejects'}})}>{count(kind.rejects, 'reject')}</a>}
      </span>
      <div class="toolbar push">{children}</div>
    </div>
  );
}

/// The file of a kind. What transforms records in another way is the next version.
function fileOf(kind: Kind, definition: Definition): Blob {
  const version = kind.version + (transformsOtherwise(definitionOf(kind), definition) ? 1 : 0);
  return new Blob([textOf({name: kind.name, version, ...definition})], {type: 'application/json'});
}
