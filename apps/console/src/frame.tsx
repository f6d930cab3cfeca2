import type {ComponentChildren, FunctionComponent} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {DropPage} from './pages/drop/page';
import {RecordsPage} from './pages/records/page';
import {RejectsPage} from './pages/rejects/page';
import {formatLocation} from './router/location';
import {useSession} from './session/session';
import {Icon, type IconName} from './ui/icon';
import {lazy} from './ui/lazy';
import {Menu} from './ui/menu';
import type {Access} from './session/access';

interface Place {
  name: string;
  title: string;
  icon: IconName;
  /// Whether there is anything in it for these roles.
  open(access: Access): boolean;
  Page: FunctionComponent;
}

const KindsPage = lazy('kinds', async () => (await import('./pages/kinds/page')).KindsPage);

const OperationsPage = lazy('operations', async () => (await import('./pages/operations/page')).OperationsPage);

const places: readonly Place[] = [
  {name: 'records', title: 'Records', icon: 'records', open: access => access.somewhere('read'), Page: RecordsPage},
  {name: 'drop', title: 'Drop', icon: 'drop', open: access => access.somewhere('write'), Page: DropPage},
  {name: 'rejects', title: 'Rejects', icon: 'rejects', open: access => access.somewhere('read'), Page: RejectsPage},
  {name: 'kinds', title: 'Kinds', icon: 'kinds', open: access => access.somewhere('read'), Page: KindsPage},
  {name: 'operations', title: 'Operations', icon: 'operations', open: access => access.somewhere('read') || access.credential === 'access_token', Page: OperationsPage},
];

export const openPlaces = (access: Access): Place[] => places.filter(({open}) => open(access));

const shownCredential = {
  password: 'password',
  api_key: 'API key',
  access_token: 'password',
  provider_token: 'single sign-on',
} as const;

/// The bar at the top, and the page below it.
export function Frame({place, onSignOut, children}:
    {place: string; onSignOut(): void; children: ComponentChildren}) {
  const {access} = useSession();
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the places scroll.
  useEffect(() => { nav.current!.querySelector('[aria-current]')?.scrollIntoView({block: 'nearest', inline: 'center'}); }, [place]);
  return (
    <div class="frame">
      <header class="bar">
        <a class="brand" href="./"><img src="swagger/icon.svg" alt="" width="28" height="28" />Data Dropzone</a>
        <nav aria-label="Console" ref={nav}>
          {openPlaces(access).map(({name, title, icon}) => (
            <a key={name} href={formatLocation({path: [name]})} {...(name === place ? {'aria-current': 'page' as const} : {})}>
              <Icon name={icon} />{title}
            </a>
          ))}
        </nav>
        <Menu label={`Signed in as ${access.principal}`} className="who"
          button={<><Icon name="person" /><span class="foreign">{access.principal}</span></>}>
          <p class="note">Signed in by {shownCredential[access.credential]}</p>
          <a href="swagger"><Icon name="info" />API reference</a>
          <button type="button" onClick={onSignOut}><Icon name="sign_out" />Sign out</button>
        </Menu>
      </header>
      <main class="view" id="main">{children}</main>
    </div>
  );
}
