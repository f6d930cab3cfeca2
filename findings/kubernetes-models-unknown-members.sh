#!/usr/bin/env bash
# kubernetes-models 4.5.1 (npm): validate() finds nothing wrong with members that Kubernetes does not have.
#
# It checks types, required members and most words of a manifest, so one expects it to find a misspelt
# member as well. It does not: `replicass` and `readynessProbe` pass. A cluster drops such members (with a
# warning, where it is asked for strict validation), so the Deployment below would have one replica and no
# readiness probe. To find them, look at which members the compiled schema reads.
#
# Seen with Node.js 20.20.2:
#
#   accepted: replicas 3
#   refused: replicas "three"
#   accepted: replicass 3
#   accepted: readynessProbe in a container
#   accepted: a target of the type Utilisation in an autoscaler
#   refused: a strategy of the type Rollng
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm install --no-audit --no-fund --ignore-scripts --silent kubernetes-models@4.5.1

cat >check.js <<'JS'
const {Deployment} = require('kubernetes-models/apps/v1');
const {HorizontalPodAutoscaler} = require('kubernetes-models/autoscaling/v2');

const metadata = {name: 'web'};
const deployment = (spec, container) => new Deployment({metadata, spec: {
  selector: {matchLabels: {app: 'web'}},
  template: {metadata: {labels: {app: 'web'}}, spec: {containers: [{name: 'web', image: 'nginx', ...container}]}},
  ...spec}});
const autoscaler = type => new HorizontalPodAutoscaler({metadata, spec: {
  maxReplicas: 3, scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web'},
  metrics: [{type: 'Resource', resource: {name: 'cpu', target: {type, averageUtilization: 65}}}]}});

for (const [what, object] of [
  ['replicas 3', deployment({replicas: 3})],
  ['replicas "three"', deployment({replicas: 'three'})],
  ['replicass 3', deployment({replicass: 3})],
  ['readynessProbe in a container', deployment({}, {readynessProbe: {httpGet: {path: '/', port: 80}}})],
  ['a target of the type Utilisation in an autoscaler', autoscaler('Utilisation')],
  ['a strategy of the type Rollng', deployment({strategy: {type: 'Rollng'}})],
]) {
  let word = 'accepted';
  try { object.validate(); } catch { word = 'refused'; }
  console.log(`${word}: ${what}`);
}
JS

node check.js | tee seen
diff - seen <<'END'
accepted: replicas 3
refused: replicas "three"
accepted: replicass 3
accepted: readynessProbe in a container
accepted: a target of the type Utilisation in an autoscaler
refused: a strategy of the type Rollng
END
