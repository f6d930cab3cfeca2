variable "project" {
  description = "The Google Cloud project."
  type        = string
}

variable "region" {
  description = "Where the service and its database run."
  type        = string
  default     = "europe-west1"
}

variable "database" {
  description = "The database; (default) is what the manifests use."
  type        = string
  default     = "(default)"
}

variable "repository" {
  description = "The repository whose pushes are released, as the id of its Cloud Build connection: projects/…/locations/…/connections/…/repositories/…"
  type        = string
}

variable "branch" {
  description = "The branch whose pushes are released, as a regular expression."
  type        = string
  default     = "^main$"
}
