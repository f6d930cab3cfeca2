import {useState} from 'preact/hooks';
import {Moment} from '../../ui/moment';
import {count, number} from '../../ui/numbers';
import {PickList} from '../../ui/pick_list';
import type {Group} from './groups';

const most = 200;

interface GroupListProps {
  groups: Group[];
  chosen: string;
  withKind: boolean;
  onChoose(group: Group): void;
}

/// The groups, each with the newest of its reasons.
export function GroupList({groups, chosen, withKind, onChoose}: GroupListProps) {
  const [whole, setWhole] = useState(false);
  return (
    <div class="group-list">
      <PickList label="Groups" items={whole ? groups : groups.slice(0, most)} keyOf={({key}) => key} chosen={chosen} onChoose={onChoose}>
        {({kind, code, place, rejects}) => (
          <span class="group">
            <span class="group-head"><code>{code}</code><span class="badge bad">{number(rejects.length)}</span></span>
            <span class="group-detail foreign">{rejects[0]!.detail}</span>
            <span class="group-foot soft small">
              {place && <code class="foreign">{place}</code>}{withKind && <span class="foreign">{kind}</span>}<Moment time={rejects[0]!.receivedAt} />
            </span>
          </span>
        )}
      </PickList>
      {!whole && groups.length > most && <button type="button" class="button" onClick={() => setWhole(true)}>Show all {count(groups.length, 'group')}</button>}
    </div>
  );
}
