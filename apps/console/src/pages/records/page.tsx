import {useLocation} from '../../router/location';
import {readKinds} from '../../session/kinds';
import {useSession} from '../../session/session';
import {Empty, Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {KindList} from './kind_list';
import {KindRecords} from './kind_records';
import {queryOf} from './query';

/// The kinds that may be read, and the records of one of them.
export function RecordsPage() {
  const session = useSession();
  const query = queryOf(useLocation());
  const {value: kinds, problem, reload} = useLoaded(signal => readKinds(session, signal), [session, query.kind]);
  const kind = kinds?.find(({name}) => name === query.kind);
  if (kinds && kind) return <KindRecords key={kind.name} kinds={kinds} kind={kind} query={query} onChanged={reload} />;
  return (
    <div class="page">
      <div class="page-head"><div><h1>Records</h1><p class="soft">Choose the kind to look at.</p></div></div>
      {problem && <Failure problem={problem} retry={reload} title="The kinds could not be read" />}
      {!kinds && !problem && <Loading what="kinds" />}
      {kinds && query.kind && <Failure title="There is no such kind"
        problem={{detail: `No kind "${query.kind}" is deployed that you may read.`, code: 'unknown_kind'}} />}
      {kinds?.length === 0 && <Empty icon="kinds" title="No kind is deployed"><p>A kind says how records are transformed.</p></Empty>}
      {kinds && kinds.length > 0 && <KindList kinds={kinds} />}
    </div>
  );
}
