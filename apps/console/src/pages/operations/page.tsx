import type {FunctionComponent} from 'preact';
import {formatLocation, useLocation} from '../../router/location';
import type {Access} from '../../session/access';
import {useSession} from '../../session/session';
import {JobsSection} from './jobs';
import {KeysSection} from './keys';
import {OptionsSection} from './options';
import {Overview} from './overview';
import {SessionsSection} from './sessions';
import {TailSection} from './tail_section';

interface Section {
  name: string;
  title: string;
  open(access: Access): boolean;
  Content: FunctionComponent;
}

const sections: readonly Section[] = [
  {name: '', title: 'Overview', open: access => access.somewhere('read'), Content: Overview},
  {name: 'tail', title: 'Live tail', open: access => access.somewhere('read'), Content: TailSection},
  {name: 'jobs', title: 'Jobs', open: access => access.somewhere('read'), Content: JobsSection},
  {name: 'keys', title: 'API keys', open: access => access.everywhere('admin'), Content: KeysSection},
  {name: 'sessions', title: 'Sessions', open: access => access.everywhere('admin') || access.credential === 'access_token', Content: SessionsSection},
  {name: 'options', title: 'Options', open: access => access.everywhere('admin'), Content: OptionsSection},
];

/// How the server is, what it works on, and who may use it.
export function OperationsPage() {
  const {access} = useSession();
  const wanted = useLocation().path[1] ?? '';
  const open = sections.filter(section => section.open(access));
  const {name, Content} = open.find(section => section.name === wanted) ?? open[0]!;
  return (
    <div class="page operations">
      <div class="page-head">
        <div><h1>Operations</h1></div>
        <nav class="segments" aria-label="Operations">
          {open.map(section => (
            <a key={section.name} href={formatLocation({path: ['operations', section.name].filter(Boolean)})}
              {...(section.name === name ? {'aria-current': 'page' as const} : {})}>{section.title}</a>
          ))}
        </nav>
      </div>
      <Content />
    </div>
  );
}
