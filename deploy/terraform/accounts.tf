# Two accounts, each with what it needs and no more: neither is an owner or an editor of anything.

# What the server runs as: it reads and writes records, and reads its two secrets. On App Engine it also
# fetches its own image.
resource "google_service_account" "server" {
  account_id   = "dropzone"
  display_name = "Data Dropzone, the server"
  depends_on   = [google_project_service.api]
}

resource "google_project_iam_member" "server" {
  for_each = toset(["roles/datastore.user", "roles/logging.logWriter"])
  project  = var.project
  role     = each.value
  member   = google_service_account.server.member
}

resource "google_secret_manager_secret_iam_member" "server" {
  for_each  = google_secret_manager_secret.credentials
  secret_id = each.value.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.server.member
}

# What builds and releases run as: it deploys, calls what it has deployed, reads logs for the canary, and
# cannot read records.
resource "google_service_account" "releaser" {
  account_id   = "dropzone-release"
  display_name = "Data Dropzone, builds and releases"
  depends_on   = [google_project_service.api]
}

resource "google_project_iam_member" "releaser" {
  for_each = toset([
    "roles/run.developer", "roles/run.invoker", "roles/logging.logWriter", "roles/logging.viewer",
  ])
  project = var.project
  role    = each.value
  member  = google_service_account.releaser.member
}

# The smoke test of a private service shows an identity token, which this account makes of itself.
resource "google_service_account_iam_member" "releaser_identifies_itself" {
  service_account_id = google_service_account.releaser.name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = google_service_account.releaser.member
}

resource "google_artifact_registry_repository_iam_member" "releaser" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.releaser.member
}

resource "google_secret_manager_secret_iam_member" "releaser" {
  for_each  = google_secret_manager_secret.credentials
  secret_id = each.value.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.releaser.member
}

# What `gcloud builds submit` uploads is read by the build.
resource "google_storage_bucket_iam_member" "releaser" {
  bucket = google_storage_bucket.sources.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.releaser.member
}

# Deploying a service means to start something as the server's account.
resource "google_service_account_iam_member" "releaser_starts_server" {
  service_account_id = google_service_account.server.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.releaser.member
}
