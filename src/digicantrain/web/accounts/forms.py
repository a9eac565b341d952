"""Forms of sign-up."""

from django import forms


class SignupForm(forms.Form):
    """Nothing beyond allauth's own fields yet."""
