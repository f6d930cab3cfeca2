import {useState} from 'preact/hooks';
import type {Client} from '../../api/client';
import {useSession} from '../../session/session';
import {Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {DefinitionDifference} from './definition_difference';
import {type Definition, definitionOf} from './definition';
import {type KindVersion, readVersions} from './deployed';

interface VersionsProps {
  name: string;
  current: number;
  draft: Definition | undefined;
  mayDeploy: boolean;
  onRestore(definition: Definition): void;
}

/// Every version that was ever deployed. One of them can be deployed again.
export function Versions({name, current, draft, mayDeploy, onRestore}: VersionsProps) {
  const {client}: {client: Client} = useSession();
  const {value: versions, problem, reload} = useLoaded(signal => readVersions(client, name, signal), [client, name, current]);
  const [open, setOpen] = useState<number>();
  return (
    <section class="card block" aria-label="Versions">
      <div class="section-head"><h2>Versions</h2></div>
      {problem && <Failure problem={problem} retry={reload} title="The versions could not be read" />}
      {!versions && !problem && <Loading what="versions" lines={3} />}
      <ol class="versions">
        {versions?.map(version => (
          <Version key={version.version} version={version} current={version.version === current} open={open === version.version}
            draft={draft} mayDeploy={mayDeploy} onRestore={onRestore}
            onOpen={() => setOpen(open === version.version ? undefined : version.version)} />
        ))}
      </ol>
    </section>
  );
}

function Version({version: {version, deployedAt, deployedBy, definition}, current, open, draft, mayDeploy, onOpen, onRestore}:
    Pick<VersionsProps, 'draft' | 'mayDeploy' | 'onRestore'> & {version: KindVersion; current: boolean; open: boolean; onOpen(): void}) {
  const own = definitionOf(definition);
  return (
    <li>
      <div class="version-head">
        <b>Version {version}</b>{current && <span class="badge good">deployed</span>}
        <span class="soft small"><time dateTime={deployedAt}>{deployedAt.slice(0, 19).replace('T', ' ')} UTC</time>{deployedBy ? <> by <span class="foreign">{deployedBy.slice(0, 80)}</span></> : ' by a file'}</span>
        <div class="toolbar push">
          <button type="button" class="button compact plain" aria-expanded={open} aria-label={`Difference of version ${version} to the draft`} onClick={onOpen}>Difference</button>
          {mayDeploy && !current && <button type="button" class="button compact" aria-label={`Roll back to version ${version}`} onClick={() => onRestore(own)}>Roll back</button>}
        </div>
      </div>
      {open && (draft ? <DefinitionDifference before={own} after={draft} same="It is the same as your draft." /> :
        <p class="soft">The draft is not JSON yet, so it cannot be compared.</p>)}
    </li>
  );
}
