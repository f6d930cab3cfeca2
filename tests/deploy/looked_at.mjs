// Finds what a validator passes over: a member that its schema does not know is one that it never reads.
// The validators of kubernetes-models and of Knative accept such members, so a misspelt one would go
// through, and be dropped by the cluster.

/// The paths of the members of `object` that `validate` never reads, as ['spec/replicass'].
export function passedOver(object, validate) {
  const unread = new Set();
  const watch = (value, path) => {
    if (typeof value !== 'object' || value === null) return value;
    const watched = Array.isArray(value) ? [] : {};
    for (const [name, member] of Object.entries(value)) {
      const here = path ? `${path}/${name}` : name;
      watched[name] = watch(member, here);
      unread.add(here);
    }
    return new Proxy(watched, {get: (target, name, receiver) => {
      if (typeof name === 'string') unread.delete(path ? `${path}/${name}` : name);
      return Reflect.get(target, name, receiver);
    }});
  };
  validate(watch(object, ''));
  // Below a member that was passed over, everything was.
  return [...unread].filter(path => !unread.has(path.slice(0, path.lastIndexOf('/'))));
}
