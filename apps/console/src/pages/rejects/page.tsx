import {useMemo, useState} from 'preact/hooks';
import {formatLocation, navigate, useLocation} from '../../router/location';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {count, number} from '../../ui/numbers';
import {Empty, Failure, Loading, Notice} from '../../ui/states';
import {DownloadMenu} from './download_menu';
import {GroupList} from './group_list';
import {GroupView} from './group_view';
import {groupsOf} from './groups';
import {useRejects} from './use_rejects';

/// What was refused, by kind, step, code and place; and what can be done about it. The address has
/// the kind, the group and the reject.
export function RejectsPage() {
  const {access} = useSession();
  const {path, query} = useLocation();
  const kind = path[1] ?? '';
  const [round, setRound] = useState(0);
  const {rejects, complete, busy, problem, more, without} = useRejects(kind, round);
  const groups = useMemo(() => groupsOf(rejects), [rejects]);
  const group = groups.find(({key}) => key === query['group']) ?? groups[0];
  const refresh = () => setRound(before => before + 1);
  const show = (part: {group?: string | undefined; reject?: string | undefined}, kindShown = kind) =>
    navigate(formatLocation({path: kindShown ? ['rejects', kindShown] : ['rejects'], query: part}), {replace: true});

  return (
    <div class="page wide rejects-page">
      <div class="page-head">
        <div>
          <h1>Rejects</h1>
          <p class="soft" role="status">{busy && rejects.length === 0 ? 'Reading…' :
            `${complete ? '' : 'The first '}${count(rejects.length, 'reject')} in ${count(groups.length, 'group')}${busy ? ', reading more…' : ''}`}</p>
        </div>
        <div class="toolbar push">
          <label class="inline-field"><span>Kind</span>
            <select class="select" value={kind} onChange={event => show({}, event.currentTarget.value)}>
              <option value="">all</option>
              {[...new Set([...access.kinds('read'), ...(kind ? [kind] : [])])].map(name => <option key={name} value={name}>{name}</option>)}
            </select>
          </label>
          <button type="button" class="button icon" aria-label="Refresh" title="Refresh" onClick={refresh}><Icon name="refresh" /></button>
          {rejects.length > 0 && (kind || access.everywhere('read')) && <DownloadMenu kind={kind} />}
        </div>
      </div>
      {problem && <Failure problem={problem} retry={refresh} title="The rejects could not be read" />}
      {busy && rejects.length === 0 && <Loading what="rejects" lines={10} />}
      {complete && rejects.length === 0 && (
        <Empty icon="done" title="Nothing was refused">
          <p>{kind ? <>Every record of <b>{kind}</b> passed its pipeline.</> : 'Every record passed the pipeline of its kind.'} What a
            pipeline refuses is kept here, with the reason, until you store it or delete it.</p>
        </Empty>
      )}
      {!complete && !busy && !problem && (
        <Notice>There are more than these {number(rejects.length)}. <button type="button" class="button compact" onClick={more}>Read on</button></Notice>
      )}
      {group && (
        <div class="rejects">
          <GroupList groups={groups} chosen={group.key} withKind={!kind} onChoose={({key}) => show({group: key})} />
          <GroupView key={group.key} group={group} groups={groups} complete={complete} reject={query['reject'] ?? ''} round={round}
            onReject={id => show({group: group.key, reject: id})} onGone={id => without(id)} onChanged={refresh} />
        </div>
      )}
    </div>
  );
}
