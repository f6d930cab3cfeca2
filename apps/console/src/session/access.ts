import type {Role, WhoAmI} from '../api/types';

/// What the signed-in principal may do. The server checks it anyway: this only keeps the
/// console from offering what would be refused.
export class Access {
  private readonly names: Set<string>;

  constructor(private readonly who: WhoAmI) { this.names = new Set(Object.keys(who.kinds)); }

  /// These kinds are deployed, too.
  learn(kinds: readonly {name: string}[]): void { for (const {name} of kinds) this.names.add(name); }

  get principal(): string { return this.who.principal; }
  get credential(): WhoAmI['credential'] { return this.who.credential; }

  /// With this kind. A kind that is newer than the sign-in is judged by the roles for all kinds.
  can(role: Role, kind: string): boolean {
    return this.everywhere(role) || (Object.hasOwn(this.who.kinds, kind) && this.who.kinds[kind]!.includes(role));
  }
  everywhere(role: Role): boolean { return this.who.roles.includes(role); }
  somewhere(role: Role): boolean {
    return this.everywhere(role) || Object.values(this.who.kinds).some(roles => roles.includes(role));
  }
  kinds(role: Role): string[] { return [...this.names].filter(kind => this.can(role, kind)).sort(); }
}
