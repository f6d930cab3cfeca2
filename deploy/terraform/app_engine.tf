# What App Engine's flexible environment needs in addition, with var.app_engine. A project has one
# application, whose place cannot be changed, and which Terraform cannot remove.
locals {
  apps = toset(var.app_engine ? ["dropzone"] : [])
}

resource "google_app_engine_application" "app" {
  for_each    = local.apps
  location_id = var.app_engine_location
  depends_on  = [google_project_service.api, google_firestore_database.records]
}

# An instance fetches its image as the account that it runs as: a custom one has no such right by itself.
resource "google_artifact_registry_repository_iam_member" "server" {
  for_each   = local.apps
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.server.member
}

resource "google_project_iam_member" "releaser_app_engine" {
  for_each = toset(var.app_engine ? [
    "roles/appengine.deployer", "roles/appengine.serviceAdmin", "roles/storage.objectAdmin",
  ] : [])
  project = var.project
  role    = each.value
  member  = google_service_account.releaser.member
}
