"""The consent screen: what a program asks a person for, and where the answer goes.

RFC 6749 §4.1.1 and §4.1.2; each app adds what it has beyond that.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.oauth import OAuthError, destination, once, sent_back
from sandbox.pages import code_page, consent_page, denied_page, problem_page

Given = Mapping[str, str]  # the parameters of a request


class Program(Protocol):
    """An app registered with the stand-in."""

    @property
    def name(self) -> str:
        """What a person knows it by."""

    @property
    def scope(self) -> frozenset[str]:
        """What it may ask for."""


class ConsentScreen(ABC):
    """Asks the person who is signed in (`as`), and sends the browser back with the answer."""

    vendor: str
    path: str  # below the base URL
    parameters: tuple[str, ...] = ("client_id", "response_type", "redirect_uri", "state", "scope")
    denial: str
    code_lasts: str  # in words

    def __init__(self, programs: Mapping[str, Program], company: str) -> None:
        self._programs, self._company = programs, company

    def routes(self) -> list[Route]:
        """The screen's own path."""
        return [
            Route(self.path, self._show, methods=["GET"]),
            Route(self.path, self._decide, methods=["POST"]),
        ]

    @abstractmethod
    def people(self) -> Mapping[str, str]:
        """Who may be signed in, by the word of `as`, and how the screen names them."""

    @abstractmethod
    def meanings(self) -> Mapping[str, str]:
        """What each scope opens."""

    @abstractmethod
    def check(self, given: Given) -> None:
        """Raises OAuthError for what this app, and not OAuth, does not take."""

    @abstractmethod
    def lasting(self, given: Given) -> str:
        """How long access lasts, in a sentence."""

    @abstractmethod
    def code(self, given: Given, role: str, scope: list[str]) -> str:
        """The code for what was asked for and allowed."""

    async def _show(self, request: Request) -> Response:
        return self._ask(request.url.query, decided=False)

    async def _decide(self, request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        return await run_in_threadpool(self._ask, body, decided=True)

    def _ask(self, parameters: str, *, decided: bool) -> Response:
        address = state = None
        try:
            given = once(parameters)
            program = self._program(given)
            address, state = destination(given)
            scope, role = self._scope(program, given), self._role(given)
        except OAuthError as wrong:
            if address is None:
                return problem_page(str(wrong))
            return sent_back(address, state, error=wrong.error, error_description=str(wrong))
        if decided:
            return self._decision(program, given, role, scope)
        return consent_page(
            vendor=self.vendor,
            app=program.name,
            company=self._company,
            scopes={name: self.meanings()[name] for name in scope},
            lasting=self.lasting(given),
            destination=address,
            action=self.path,
            hidden={name: given[name] for name in self.parameters if name in given},
            people=self.people(),
            signed_in=role,
        )

    def _decision(self, program: Program, given: Given, role: str, scope: list[str]) -> Response:
        address, state = destination(given)
        if given.get("decision") != "allow":
            if address is None:
                return denied_page(program.name)
            return sent_back(address, state, error="access_denied", error_description=self.denial)
        code = self.code(given, role, scope)
        if address is None:
            return code_page(program.name, code, self.code_lasts)
        return sent_back(address, state, code=code)

    def _program(self, given: Given) -> Program:
        """Whose address the answer goes to: without it none may be sent anywhere."""
        program = self._programs.get(given.get("client_id", ""))
        if program is None:
            raise OAuthError("invalid_request", "No app has this client_id.")
        return program

    def _role(self, given: Given) -> str:
        role, people = given.get("as", "admin"), self.people()
        if role not in people:
            raise OAuthError("invalid_request", f"as is one of {', '.join(people)}.")
        return role

    def _scope(self, program: Program, given: Given) -> list[str]:
        """The scopes that are asked for, by default all of the program (RFC 6749 §4.1.2.1)."""
        if given.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", 'response_type must be "code".')
        self.check(given)
        scope = given.get("scope", "").split() or sorted(program.scope)
        foreign = [name for name in scope if name not in program.scope]
        if foreign:
            raise OAuthError("invalid_scope", f"The app may not ask for the scope {foreign[0]}.")
        return scope
