"""Reads command lines of gcloud from standard input, one a line, and names on standard output what
Google's own SDK does not know of them: a command, or an option.

  gcloud_commands.py SDK

SDK is the folder of Google's Cloud SDK, which has all its commands with their options for completion in
shells. Nothing is asked of the network.
"""
import shlex
import sys

sys.path.insert(0, sys.argv[1] + '/data/cli')
from gcloud_completions import STATIC_COMPLETION_CLI_TREE as ROOT


def faults(words):
  node, command, options = ROOT, [], set(ROOT['flags'])
  for word in words:
    if word in node['commands']:
      node = node['commands'][word]
      command.append(word)
      options |= set(node['flags'])
    elif word.startswith('--'):
      name = word.split('=')[0]
      if name not in options and '--' + name.removeprefix('--no-') not in options:
        yield f'gcloud {" ".join(command)} has no {name}'
    elif node['commands']:
      yield f'gcloud {" ".join(command)} has no {word}'
      return
  if node['commands']:
    yield f'gcloud {" ".join(command)} is not a command'


for line in sys.stdin:
  for fault in faults(shlex.split(line)[1:]):
    print(fault)
