import {useState} from 'preact/hooks';
import type {Kind} from '../../api/types';
import {formatLocation, navigate, useLocation} from '../../router/location';
import {readKinds} from '../../session/kinds';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {count} from '../../ui/numbers';
import {Empty, Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {KindPage} from './kind_page';
import {NewKindDialog} from './new_kind_dialog';
import {placeOf} from './place';

/// The kinds, or one of them.
export function KindsPage() {
  const place = placeOf(useLocation());
  return place.name ? <KindPage key={place.name} place={place} /> : <KindCards />;
}

function KindCards() {
  const session = useSession();
  const {client, access} = session;
  const [naming, setNaming] = useState(false);
  const {value: kinds, problem, reload} = useLoaded(signal => readKinds(session, signal), [client]);
  const mayMake = access.everywhere('admin');
  const make = mayMake && <button type="button" class="button primary" onClick={() => setNaming(true)}><Icon name="plus" />New kind</button>;
  return (
    <div class="page">
      <div class="page-head">
        <div><h1>Kinds</h1><p class="soft">A kind says how records are transformed. Change one here, see what would become of your records, then deploy it.</p></div>
        {kinds && kinds.length > 0 && <div class="toolbar push">{make}</div>}
      </div>
      {problem && <Failure problem={problem} retry={reload} title="The kinds could not be read" />}
      {!kinds && !problem && <Loading what="kinds" />}
      {kinds?.length === 0 && <Empty icon="kinds" title="No kind is deployed">{make}</Empty>}
      {kinds && kinds.length > 0 && <ul class="kind-list">{kinds.map(kind => <KindCard key={kind.name} kind={kind} />)}</ul>}
      {naming && <NewKindDialog taken={kinds?.map(({name}) => name) ?? []} onClose={() => setNaming(false)}
        onName={name => navigate(formatLocation({path: ['kinds', name], query: {new: 'true'}}))} />}
    </div>
  );
}

function KindCard({kind: {name, description, version, pipeline, managedBy, records, rejects}}: {kind: Kind}) {
  const steps = pipeline.map(step => Object.keys(step).find(member => !['if', 'onError', 'description'].includes(member)) ?? '?');
  return (
    <li class="card">
      <a class="kind-card" href={formatLocation({path: ['kinds', name]})}>
        <span class="toolbar"><b>{name}</b><span class="badge accent">version {version}</span>{managedBy === 'file' && <span class="badge">file</span>}</span>
        <span class="soft foreign">{description ?? 'No description'}</span>
        <span class="kind-steps">{steps.length === 0 ? <span class="soft small">No steps: records are kept as they are</span> :
          <>{steps.slice(0, 6).map((step, index) => <code key={index}>{step}</code>)}{steps.length > 6 && <span class="soft small">and {steps.length - 6} more</span>}</>}</span>
        <span class="toolbar">
          <span class="badge">{count(records, 'record')}</span>
          {rejects > 0 && <span class="badge warn">{count(rejects, 'reject')}</span>}
        </span>
      </a>
    </li>
  );
}
