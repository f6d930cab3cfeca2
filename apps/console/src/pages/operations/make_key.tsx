import {useState} from 'preact/hooks';
import {apiUrl} from '../../api/base';
import {type Problem, asProblem} from '../../api/problem';
import type {Role} from '../../api/types';
import {useSession} from '../../session/session';
import {Copyable} from '../../ui/copyable';
import {Dialog} from '../../ui/dialog';
import {Icon} from '../../ui/icon';
import {Failure, Notice} from '../../ui/states';

const roles: readonly Role[] = ['read', 'write', 'delete', 'admin'];
const lives = [{days: 30, title: '30 days'}, {days: 90, title: '90 days'}, {days: 365, title: 'a year'}, {days: 0, title: 'never'}];
const secondsOfDay = 86_400;

/// Roles for one kind, or for all.
interface Grant {
  kind: string;  ///< Empty: all.
  roles: Role[];
}

/// "read,write:records", as the server reads it.
const textOf = (grants: readonly Grant[]): string =>
  grants.flatMap(({kind, roles: some}) => some.map(role => (kind ? `${role}:${kind}` : role))).join(',');

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/// Makes a key, and shows it once.
export function MakeKeyDialog({onClose}: {onClose(made: boolean): void}) {
  const {client} = useSession();
  const [grants, setGrants] = useState<Grant[]>([{kind: '', roles: ['read']}]);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const [key, setKey] = useState<string>();

  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const [days, addresses, certificate] = [Number(text('days')), wordsOf(text('addresses')), text('certificate')];
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await client.json<{key: string}>('auth/keys', {method: 'POST', body: {
        name: text('name'), roles: textOf(grants), ...(days > 0 ? {expiresIn: days * secondsOfDay} : {}),
        ...(addresses.length ? {addresses} : {}), ...(certificate ? {certificate} : {})}});
      setKey(made.key);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };

  if (key !== undefined) {
    return (
      <Dialog title="The key is made" onClose={() => onClose(true)}>
        <Notice tone="warn" icon="key"><strong>Copy it now: it is not shown again</strong><span>The server keeps only its hash.</span></Notice>
        <Copyable label="The key" text={key} />
        <p class="soft small">It goes into the header <code>X-API-Key</code>: <code>curl -H 'X-API-Key: …' {apiUrl('auth/whoami')}</code></p>
        <div class="toolbar"><button type="button" class="button" onClick={() => onClose(true)}>Done</button></div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Make a key" onClose={() => onClose(false)}>
      <form class="make-key" onSubmit={make}>
        <label class="field"><span>Name</span>
          <input class="input" name="name" required maxLength={200} placeholder="logger in hall 3" autocomplete="off" />
          <small>Who or what uses it. The log names the key by it.</small></label>
        <GrantFields grants={grants} onChange={setGrants} />
        <label class="field"><span>Expires</span>
          <select class="select" name="days">{lives.map(({days, title}) => <option key={days} value={days} selected={days === 90}>{days ? `after ${title}` : title}</option>)}</select></label>
        <label class="field"><span>Only from these addresses</span>
          <input class="input" name="addresses" placeholder="10.1.0.0/16, 2001:db8::/32" autocomplete="off" spellcheck={false} />
          <small>Empty: from anywhere.</small></label>
        <label class="field"><span>Only with this client certificate</span>
          <input class="input" name="certificate" placeholder="SHA-256 of the certificate, in hex" autocomplete="off" spellcheck={false} />
          <small>Empty: without one. It needs a server with <code>--tls-client-ca</code>.</small></label>
        {problem && <Failure problem={problem} title="No key was made" />}
        <div class="toolbar">
          <button type="submit" class="button primary" disabled={busy || textOf(grants) === ''}>Make the key</button>
          <button type="button" class="button" onClick={() => onClose(false)}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}

function GrantFields({grants, onChange}: {grants: Grant[]; onChange(grants: Grant[]): void}) {
  const {access} = useSession();
  const change = (index: number, part: Partial<Grant>) => onChange(grants.map((grant, at) => (at === index ? {...grant, ...part} : grant)));
  return (
    <fieldset class="grants">
      <legend>What it may do</legend>
      {grants.map((grant, index) => (
        <div key={index} class="grant">
          <select class="select" aria-label="Kind" value={grant.kind} onChange={event => change(index, {kind: event.currentTarget.value})}>
            <option value="">all kinds</option>{access.kinds('admin').map(name => <option key={name}>{name}</option>)}
          </select>
          {roles.map(role => (
            <label key={role} class="check"><input type="checkbox" checked={grant.roles.includes(role)} onChange={event => change(index, {
              roles: roles.filter(one => (one === role ? event.currentTarget.checked : grant.roles.includes(one)))})} />{role}</label>
          ))}
          {grants.length > 1 && <button type="button" class="button icon plain compact" aria-label="Remove these roles" onClick={() => onChange(grants.filter((_, at) => at !== index))}><Icon name="close" /></button>}
        </div>
      ))}
      <button type="button" class="button compact" onClick={() => onChange([...grants, {kind: access.kinds('admin')[0] ?? '', roles: ['read']}])}><Icon name="plus" />For another kind</button>
    </fieldset>
  );
}
