"""One shape for everything that goes wrong: {"error": {"code", "sentence", "fields"}}."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response

SENTENCES = {
    "not_found": gettext_lazy("There is nothing here that you may see."),
    "permission_denied": gettext_lazy("You may not do this."),
    "not_authenticated": gettext_lazy("Sign in first."),
}


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class Unprocessable(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "refused"


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class ErrorBody(serializers.Serializer[Any]):
    """What every answer above 399 holds."""

    error = ErrorSerializer()


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; what it does not know is left to Django's."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    code, sentence, fields = _code(error), "", {}
    if isinstance(error, exceptions.ValidationError):
        fields = _fields(error.detail)
        sentence = _("Some values cannot be used.")
    else:
        sentence = str(SENTENCES.get(code) or error.detail)
    body = {"error": {"code": code, "sentence": sentence, "fields": fields}}
    return Response(body, status=error.status_code)


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _fields(detail: Any) -> dict[str, list[str]]:
    if not isinstance(detail, dict):
        return {"": [str(item) for item in detail]}
    return {str(name): _sentences(value) for name, value in detail.items()}


def _sentences(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{name}: {sentence}" for name, inner in value.items() for sentence in _sentences(inner)]
    if isinstance(value, list):
        return [sentence for inner in value for sentence in _sentences(inner)]
    return [str(value)]
