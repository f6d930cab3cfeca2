"""See ../run."""
import argparse
import sys
import time

import scenarios
from torture import Torture

WORST = ['malformed', 'lost', 'doubled', 'refused but present']


def arguments():
    parser = argparse.ArgumentParser(prog='run', description='Tortures a server and its store.')
    parser.add_argument('--server', required=True, help='the binary')
    parser.add_argument('--disk', required=True, help='the library of the modelled disk')
    parser.add_argument('--minutes', type=float, default=60)
    parser.add_argument('--lives', type=int, help='of the server, in place of --minutes')
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('--scenarios', choices=['none', 'short', 'all'], default='all', help='before the lives')
    parser.add_argument('--only', metavar='WORD', help='of the scenarios, those with this word')
    parser.add_argument('--quiet', action='store_true', help='only the summary')
    return parser.parse_args()


def main():
    options = arguments()
    chosen = {'none': [], 'short': scenarios.SHORT, 'all': scenarios.ALL}[options.scenarios]
    chosen = [each for each in chosen if not options.only or options.only in each.__name__]
    failed = scenarios.run(chosen, options.server, options.disk)
    print(f'seed {options.seed}', flush=True)
    torture = Torture(options.server, options.disk, options.seed,
                      (lambda line: None) if options.quiet else (lambda line: print(line, flush=True)))
    late = time.monotonic() + options.minutes * 60
    if options.lives is not None:
        torture.run(lambda each: each.number >= options.lives)
    else:
        torture.run(lambda each: time.monotonic() >= late)
    print_summary(torture)
    return 1 if torture.faults or failed else 0


def print_summary(torture):
    for name, figure in sorted(torture.figures.items()):
        print(f'{figure:9}  {name}')
    for name in [*WORST, *sorted(torture.faults.keys() - set(WORST))]:
        print(f'{torture.faults[name]:9}  {name}')
    print('answers: ' + ', '.join(f'{name}: {count}' for name, count in sorted(torture.answers.items())))
    for example in torture.examples:
        print(example)
    for folder in torture.kept:
        print(f'kept: {folder}')


if __name__ == '__main__':
    sys.exit(main())
