import {useState} from 'preact/hooks';
import {formatLocation} from '../../router/location';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {Moment} from '../../ui/moment';
import {count, number} from '../../ui/numbers';
import {PickList} from '../../ui/pick_list';
import {Notice} from '../../ui/states';
import {DeleteRejects, ReplayRejects} from './dialogs';
import {type Group, type Refused, type Selection, selectionOf} from './groups';
import {RejectView} from './reject_view';

const page = 100;

interface GroupViewProps {
  group: Group;
  groups: readonly Group[];
  complete: boolean;
  reject: string;  ///< The id of the one that is open; else it is the newest.
  round: number;   ///< Changes when all is to be looked at again.
  onReject(id: string): void;
  onGone(id: string): void;
  onChanged(): void;
}

interface Asked {
  what: 'replay' | 'delete';
  selection: Selection;
  many: number;
}

/// One group: its rejects, the one that is open, and what can be done with all of them.
export function GroupView({group, groups, complete, reject, round, onReject, onGone, onChanged}: GroupViewProps) {
  const {access} = useSession();
  const {kind, code, step, place, rejects, times} = group;
  const [shown, setShown] = useState(page);
  const [asked, setAsked] = useState<Asked>();
  const [stored, setStored] = useState<string>();
  const open = rejects.find(({id}) => id === reject) ?? rejects[0]!;
  const selection = selectionOf(group, groups, complete);
  const mayDelete = access.can('delete', kind);
  const ask = (what: Asked['what'], which: Selection, many: number) => setAsked({what, selection: which, many});
  const close = (changed: boolean) => {
    setAsked(undefined);
    if (changed) onChanged();
  };
  const one: Selection = {rejectIds: [open.id]};
  const store = (id: string) => {
    setStored(id);
    const next = rejects[rejects.indexOf(open) + 1] ?? rejects[rejects.indexOf(open) - 1];
    onReject(next?.id ?? '');
    onGone(open.id);
  };

  return (
    <section class="group-view" aria-label="Group">
      <header class="group-title">
        <div>
          <h2><code>{code}</code>{place && <> at <code class="foreign">{place.slice(0, 200)}</code></>}</h2>
          <p class="soft">{count(rejects.length, 'reject')}{times > rejects.length && `, which arrived ${number(times)} times`}, of the
            kind <span class="foreign">{kind}</span>{step && <>, in the step <code class="foreign">{step}</code></>}</p>
        </div>
        <div class="toolbar push">
          {access.can('admin', kind) && (
            <a class="button" href={formatLocation({path: ['kinds', kind], query: {reject: open.id}})}><Icon name="kinds" />Make a rule of it</a>
          )}
          {access.can('write', kind) && (
            <button type="button" class="button" onClick={() => ask('replay', selection, rejects.length)}><Icon name="play" />Replay all</button>
          )}
          {mayDelete && (
            <button type="button" class="button danger" onClick={() => ask('delete', selection, rejects.length)}><Icon name="trash" />Delete all</button>
          )}
        </div>
      </header>
      {stored !== undefined && (
        <Notice tone="good" icon="done" role="status">
          <span>Stored as <a class="foreign" href={formatLocation({path: ['records', kind], query: {record: stored}})}>{stored.slice(0, 100)}</a>. It
            is not a reject any more.</span>
        </Notice>
      )}
      <div class="reject-list">
        <PickList<Refused> label="Rejects of this group" items={rejects.slice(0, shown)} keyOf={({id}) => id} chosen={open.id} onChoose={({id}) => {
          setStored(undefined);
          onReject(id);
        }}>
          {({value, detail, times: often, receivedAt}) => (
            <>
              <code class="foreign">{value || detail}</code>
              {often > 1 && <span class="badge">{number(often)} times</span>}
              <span class="soft small"><Moment time={receivedAt} /></span>
            </>
          )}
        </PickList>
        {rejects.length > shown && <button type="button" class="button compact" onClick={() => setShown(shown + page)}>Show {Math.min(page, rejects.length - shown)} more</button>}
      </div>
      <RejectView key={open.id} id={open.id} kind={kind} round={round} onStored={store} onGone={() => onGone(open.id)}
        onDelete={mayDelete ? () => ask('delete', one, 1) : undefined} />
      {asked?.what === 'replay' && <ReplayRejects selection={asked.selection} many={asked.many} onClose={close} />}
      {asked?.what === 'delete' && <DeleteRejects selection={asked.selection} many={asked.many} onClose={close} />}
    </section>
  );
}
