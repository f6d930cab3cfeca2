import type {ComponentChildren} from 'preact';
import type {Problem} from '../api/problem';
import {Icon, type IconName} from './icon';

export function Empty({icon, title, children}: {icon: IconName; title: string; children?: ComponentChildren}) {
  return <div class="state"><Icon name={icon} /><h2>{title}</h2>{children}</div>;
}

/// Lines in the place of content that is on its way.
export function Loading({what, lines = 6}: {what: string; lines?: number}) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading {what}</span>
      {Array.from({length: lines}, (_, index) => <i key={index} />)}
    </div>
  );
}

type Shown = Pick<Problem, 'code' | 'detail'> & Partial<Pick<Problem, 'pointer' | 'requestId'>>;

/// What went wrong, where, and how to go on.
export function Failure({problem, retry, title = 'That did not work'}:
    {problem: Shown; retry?: (() => void) | undefined; title?: string}) {
  return (
    <div class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{title}</strong>
        <span class="foreign">{problem.detail}</span>
        <small class="soft">
          <code>{problem.code}</code>{problem.pointer && <> at <code class="foreign">{problem.pointer}</code></>}
          {problem.requestId && <> · request <code>{problem.requestId}</code></>}
        </small>
      </div>
      {retry && <button type="button" class="button compact" onClick={retry}>Try again</button>}
    </div>
  );
}

export function Notice({tone = '', icon = 'info', children, role}:
    {tone?: '' | 'good' | 'warn' | 'bad'; icon?: IconName; children: ComponentChildren; role?: 'status' | 'alert'}) {
  return <div class={`notice ${tone}`} {...(role ? {role} : {})}><Icon name={icon} /><div>{children}</div></div>;
}
