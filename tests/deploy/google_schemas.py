"""Reads a manifest from standard input as Google's own tools read it, and fails if they would.

  gcloud-python google_schemas.py SDK build|service|app|indexes

SDK is the folder of Google's Cloud SDK, whose schemas these are: what Cloud Build and Cloud Run
publish as messages of their API, App Engine's app.yaml, and Datastore's index.yaml. Nothing is
asked of the network.
"""
import os
import sys
import tempfile

SDK, WHAT = sys.argv[1:]
sys.path[:0] = [os.path.join(SDK, 'lib'), os.path.join(SDK, 'lib', 'third_party')]
TEXT = sys.stdin.read()


def service():
  from googlecloudsdk.api_lib.util import apis
  from googlecloudsdk.api_lib.util import messages as messages_util
  from googlecloudsdk.core import yaml
  messages = apis.GetMessagesModule('run', 'v1')
  messages_util.DictToMessageWithErrorCheck(yaml.load(TEXT), messages.Service)


def build():
  from googlecloudsdk.api_lib.cloudbuild import cloudbuild_util
  with tempfile.NamedTemporaryFile('w', suffix='.yaml') as file:
    file.write(TEXT)
    file.flush()
    messages = cloudbuild_util.GetMessagesModule()
    cloudbuild_util.LoadMessageFromPath(file.name, messages.Build, 'build', ['substitutions'])


def app():
  from googlecloudsdk.appengine.api import appinfo
  appinfo.LoadSingleAppInfo(TEXT)


def indexes():
  from googlecloudsdk.appengine.datastore import datastore_index
  datastore_index.ParseIndexDefinitions(TEXT)


{'build': build, 'service': service, 'app': app, 'indexes': indexes}[WHAT]()
print('well formed')
